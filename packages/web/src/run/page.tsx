import { RunNotFoundError } from '@runmeta/sdk'
import { useEffect, useRef, useState } from 'preact/hooks'
import { address, href, hrefOfList, listQuery, navigate, setParameters } from '../app/address.ts'
import { useKeys } from '../app/keyboard.ts'
import { isAdmin } from '../app/session.ts'
import { DeleteDialog } from '../runs/delete.tsx'
import { Button, Copy } from '../ui/button.tsx'
import { Heading } from '../ui/heading.tsx'
import { Icon } from '../ui/icon.tsx'
import { Failure, HiddenHeading, Skeleton } from '../ui/notice.tsx'
import { Status } from '../ui/status.tsx'
import { Time } from '../ui/time.tsx'
import { Facts } from './facts.tsx'
import { useRun } from './follow.ts'
import { MetadataCards } from './metadata.tsx'
import { Steps } from './steps.tsx'

/** A run: its facts, its steps, and a card for each key. */
export function RunPage({ reference }: { readonly reference: string }) {
  const { query } = address.value
  const at = query.get('at') ?? ''
  const stepName = query.get('step') ?? ''
  const [isDeleting, setDeleting] = useState(false)
  // A read of a run that is being deleted would fail.
  const { run, error, isFollowing, reload } = useRun(reference, at, isDeleting)
  const box = useRef<HTMLInputElement>(null)
  const scroller = useRef<HTMLDivElement>(null)
  useEffect(() => {
    document.title = `${run?.name ?? reference} · runmeta`
  }, [run?.name, reference])
  useKeys({ '/': () => box.current?.focus() })
  if (run === undefined || error instanceof RunNotFoundError) {
    return (
      <HiddenHeading title={reference}>
        {error === undefined ? <Skeleton lines={10} /> : <Failure error={error} retry={reload} />}
      </HiddenHeading>
    )
  }

  const otherTicked = listQuery.value.getAll('tick').filter((id) => id !== run.id)
  const step = Object.hasOwn(run.steps, stepName) ? run.steps[stepName] : undefined
  return (
    <div class="page run-page" ref={scroller} tabIndex={-1}>
      <header class="run-head">
        <a class="back dim small" href={hrefOfList()}>
          <Icon name="back" /> Runs
        </a>
        <div class="title">
          <Heading>
            <bdi>{run.name}</bdi>
          </Heading>
          <Copy label="Copy the name" text={() => run.name} />
          <Status status={run.status} />
          {isFollowing && <span class="dim small">following</span>}
          <div class="spacer" />
          <a class="button" href={hrefOfList({ tick: [run.id, ...otherTicked] })}>
            <Icon name="compare" />
            <span>Compare with…</span>
          </a>
          {isAdmin.value && <Button label="Delete…" icon="trash" kind="danger" onClick={() => setDeleting(true)} />}
        </div>
        <Facts run={run} />
      </header>
      {at !== '' && (
        <div class="as-of" role="note">
          <Icon name="clock" />
          <span>
            Metadata as it was <Moment at={at} logged={query.get('logged') ?? ''} />. Name, status and times are
            today’s.
          </span>
          <a class="button" href={href(['runs', reference], { step: stepName, q: query.get('q') ?? '' })}>
            Back to now
          </a>
        </div>
      )}
      <div class="run-body">
        <Steps
          run={run}
          chosen={step === undefined ? '' : stepName}
          onChoose={(name) => setParameters({ step: name })}
        />
        <MetadataCards
          metadata={step?.runMetadata ?? run.runMetadata}
          label={step === undefined ? 'Metadata of the run' : `Metadata of the step ${stepName}`}
          filter={query.get('q') ?? ''}
          isFollowing={isFollowing}
          isPast={at !== ''}
          box={box}
          scroller={scroller}
          linkOf={(key) => href(['runs', run.id, 'history'], { key, step: step === undefined ? undefined : stepName })}
        />
      </div>
      {isDeleting && (
        <DeleteDialog
          runs={[run]}
          onClose={() => setDeleting(false)}
          onDeleted={() => navigate(hrefOfList({ tick: otherTicked }))}
        />
      )}
    </div>
  )
}

/** A moment as the address names it: a time, or a log, which may say when it was logged. */
function Moment({ at, logged }: { readonly at: string; readonly logged: string }) {
  if (!Number.isNaN(Date.parse(at))) return <Time time={at} isExact />
  return (
    <>
      after the log <code>{at}</code>
      {!Number.isNaN(Date.parse(logged)) && (
        <>
          {' '}
          of <Time time={logged} isExact />
        </>
      )}
    </>
  )
}
