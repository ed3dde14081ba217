import { AmbiguousRunError, ApiError, ConnectionError, RunNotFoundError, TimeoutError } from '@runmeta/sdk'
import type { ComponentChildren } from 'preact'
import { href } from '../app/address.ts'
import { Button } from './button.tsx'
import { Heading } from './heading.tsx'
import { Icon, type IconName } from './icon.tsx'

interface NoticeProps {
  readonly title: string
  readonly icon?: IconName
  readonly isAlert?: boolean
  readonly children?: ComponentChildren
}

/** A heading for screen readers, for a page that has no visible heading yet. */
export const HiddenHeading = ({ title, children }: Pick<NoticeProps, 'title' | 'children'>) => (
  <>
    <Heading isHidden>{title}</Heading>
    {children}
  </>
)

/** Shown instead of content: says what happened, and what to do. */
export const Notice = ({ title, icon, isAlert, children }: NoticeProps) => (
  <section class="notice" {...(isAlert === true ? { role: 'alert' } : {})}>
    {icon && <Icon name={icon} />}
    <h2>{title}</h2>
    {children}
  </section>
)

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The message of a failed action; a screen reader reads it out. */
export const Fault = ({ text }: { readonly text: string | undefined }) =>
  text !== undefined && (
    <p class="fault" role="alert">
      {text}
    </p>
  )

export const isUnreachable = (error: unknown): boolean =>
  error instanceof ConnectionError || error instanceof TimeoutError

interface FailureProps {
  readonly error: unknown
  readonly retry?: () => void
}

/** Explains why a call failed, and what to do. */
export function Failure({ error, retry }: FailureProps) {
  if (error instanceof AmbiguousRunError) {
    return (
      <Notice title="Several runs match this prefix" isAlert>
        <p>Choose one of them{error.more ? '; there are more, so a longer prefix may help' : ''}.</p>
        <ul class="plain-list">
          {error.candidates.map(({ id, name }) => (
            <li key={id}>
              <a href={href(['runs', id])}>
                <bdi>{name}</bdi>
              </a>{' '}
              <code class="dim">{id}</code>
            </li>
          ))}
        </ul>
      </Notice>
    )
  }
  if (error instanceof RunNotFoundError) {
    return (
      <Notice title="There is no such run" icon="search" isAlert>
        <p>It may have been deleted, have expired, or belong to another project.</p>
        <p>
          <a class="button" href={href([])}>
            Show all runs
          </a>
        </p>
      </Notice>
    )
  }
  const isLost = isUnreachable(error)
  return (
    <Notice title={isLost ? 'The server does not respond' : 'The request failed'} icon="warning" isAlert>
      <p>
        {isLost ? 'Check that it is running and reachable. The page tries again when it is back.' : messageOf(error)}
      </p>
      {retry && <Button label="Try again" onClick={retry} />}
      {error instanceof ApiError && error.requestId !== undefined && (
        <p class="dim small">
          Request <code>{error.requestId}</code>
        </p>
      )}
      {isLost && <p class="dim small">{messageOf(error)}</p>}
    </Notice>
  )
}

/** Grey lines that stand in for text that is still loading. */
export const Skeleton = ({ lines }: { readonly lines: number }) => (
  <div class="skeleton" aria-hidden="true">
    {Array.from({ length: lines }, (_, index) => (
      <span key={index} />
    ))}
  </div>
)
