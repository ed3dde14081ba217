import type { PipelineRun } from '@runmeta/sdk'
import type { ComponentChildren } from 'preact'
import { href } from '../app/address.ts'
import { duration, now } from '../app/time.ts'
import { Copy } from '../ui/button.tsx'
import { Time } from '../ui/time.tsx'

const Fact = ({ name, children }: { readonly name: string; readonly children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

/** The fields of a run, without its metadata. */
export function Facts({ run }: { readonly run: PipelineRun }) {
  const { id, pipeline, status, createdAt, startedAt, endedAt, expiresAt } = run
  const from = startedAt ?? createdAt
  const end = endedAt === undefined ? undefined : Date.parse(endedAt)
  const until = end ?? (status === 'running' ? now.value : undefined)
  return (
    <dl class="facts run-facts">
      <Fact name="Id">
        <code>{id}</code> <Copy label="Copy the id" text={() => id} />
      </Fact>
      {pipeline !== undefined && (
        <Fact name="Pipeline">
          <a href={href([], { pipeline })}>
            <bdi>{pipeline}</bdi>
          </a>
        </Fact>
      )}
      <Fact name="Created">
        <Time time={createdAt} isExact />
      </Fact>
      {startedAt !== undefined && startedAt !== createdAt && (
        <Fact name="Started">
          <Time time={startedAt} isExact />
        </Fact>
      )}
      {endedAt !== undefined && (
        <Fact name="Ended">
          <Time time={endedAt} isExact />
        </Fact>
      )}
      {until !== undefined && <Fact name="Duration">{duration(from, until)}</Fact>}
      {expiresAt !== undefined && (
        <Fact name="Expires">
          <Time time={expiresAt} isExact />
        </Fact>
      )}
    </dl>
  )
}
