import type { PipelineRun } from '@runmeta/sdk'
import type { ComponentChildren } from 'preact'
import { href } from '../app/address.ts'
import { durationOf } from '../app/time.ts'
import { Copy } from '../ui/button.tsx'
import { Time } from '../ui/time.tsx'

const Fact = ({ name, children }: { readonly name: string; readonly children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

const TimeFact = ({ name, time }: { readonly name: string; readonly time: string | undefined }) =>
  time !== undefined && (
    <Fact name={name}>
      <Time time={time} isExact />
    </Fact>
  )

/** The fields of a run, without its metadata. */
export function Facts({ run }: { readonly run: PipelineRun }) {
  const { id, pipeline, createdAt, startedAt, endedAt, expiresAt } = run
  const duration = durationOf(run)
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
      <TimeFact name="Created" time={createdAt} />
      <TimeFact name="Started" time={startedAt === createdAt ? undefined : startedAt} />
      <TimeFact name="Ended" time={endedAt} />
      {duration !== undefined && <Fact name="Duration">{duration}</Fact>}
      <TimeFact name="Expires" time={expiresAt} />
    </dl>
  )
}
