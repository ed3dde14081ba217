import { isText, textsIn } from '../value/json.ts'
import { restore } from '../value/restore.ts'
import { isValueObject, type Value, type ValueObject } from '../value/value.ts'

export type RunStatus = 'running' | 'completed' | 'failed' | 'stopped'

/** A run. Times are RFC 3339, UTC, with milliseconds; fields without a value are absent. */
export interface RunFields {
  readonly id: string
  readonly name: string
  readonly pipeline?: string
  readonly status: RunStatus
  readonly createdAt: string
  readonly startedAt?: string
  readonly endedAt?: string
  /** The run is deleted from this time on. */
  readonly expiresAt?: string
}

/** The latest metadata of a run or a step, by key. */
export type Metadata = Readonly<Record<string, Value>>

/** A named part of a run, with its own metadata. */
export interface PipelineStep {
  readonly runMetadata: Metadata
}

/** A run with its metadata and its steps. */
export interface PipelineRunFields extends RunFields {
  readonly runMetadata: Metadata
  /** Steps by name. */
  readonly steps: Readonly<Record<string, PipelineStep>>
}

const REQUIRED = ['id', 'name', 'status', 'createdAt'] as const
const OPTIONAL = ['pipeline', 'startedAt', 'endedAt', 'expiresAt'] as const

/** Decodes a run. Undefined if the value has another shape. */
export const decodeRun = (body: ValueObject): RunFields | undefined => textsIn<RunFields>(body, REQUIRED, OPTIONAL)

/** A run with a page of its metadata, as the API gives it. */
export interface PipelineRunPage {
  readonly run: PipelineRunFields
  /** The cursor of the next page. */
  readonly next: string | undefined
}

/** Decodes a run with its metadata, or a page of it. Undefined if the value has another shape. */
export function decodePipelineRun(body: ValueObject): PipelineRunPage | undefined {
  const run = decodeRun(body)
  const runMetadata = decodeMetadata(body)
  if (run === undefined || runMetadata === undefined || !isValueObject(body.steps)) return undefined
  const steps: [string, PipelineStep][] = []
  for (const [name, step] of Object.entries(body.steps)) {
    const stepMetadata = isValueObject(step) ? decodeMetadata(step) : undefined
    if (stepMetadata === undefined) return undefined
    steps.push([name, { runMetadata: stepMetadata }])
  }
  const { metadataNext } = body
  const next = isText(metadataNext) ? metadataNext : undefined
  return { run: { ...run, runMetadata, steps: Object.fromEntries(steps) }, next }
}

/** Joins the pages of a run. */
export function joinPages(first: PipelineRunFields, more: readonly PipelineRunFields[]): PipelineRunFields {
  const pages = [first, ...more]
  const names = Object.keys(joined(pages.map(({ steps }) => steps)))
  const steps = names.map((name) => {
    const runMetadata = joined(pages.map((page) => page.steps[name]?.runMetadata ?? {}))
    return [name, { runMetadata }] as const
  })
  return { ...first, runMetadata: joined(pages.map((page) => page.runMetadata)), steps: Object.fromEntries(steps) }
}

// Not by Object.assign, which does not copy a member named __proto__.
const joined = <Member>(objects: readonly Readonly<Record<string, Member>>[]): Record<string, Member> =>
  Object.fromEntries(objects.flatMap((object) => Object.entries(object)))

function decodeMetadata({ metadata, types }: ValueObject): Metadata | undefined {
  return isValueObject(metadata) && isValueObject(types) ? restore(metadata, types) : undefined
}
