import { isText, textsIn } from '../value/json.ts'
import { restore } from '../value/restore.ts'
import { isValueObject, setMember, type Value, type ValueObject } from '../value/value.ts'

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
  const steps: Record<string, PipelineStep> = {}
  for (const [name, step] of Object.entries(body.steps)) {
    const stepMetadata = isValueObject(step) ? decodeMetadata(step) : undefined
    if (stepMetadata === undefined) return undefined
    setMember(steps, name, { runMetadata: stepMetadata })
  }
  const { metadataNext } = body
  return { run: { ...run, runMetadata, steps }, next: isText(metadataNext) ? metadataNext : undefined }
}

/** Joins the pages of a run. */
export function joinPages(pages: readonly PipelineRunFields[]): PipelineRunFields | undefined {
  const [first, ...more] = pages
  if (first === undefined || more.length === 0) return first
  const metadataOf = (step: string) => pages.map(({ steps }) => steps[step]?.runMetadata ?? {})
  const steps: Record<string, PipelineStep> = {}
  for (const name of new Set(pages.flatMap((page) => Object.keys(page.steps)))) {
    setMember(steps, name, { runMetadata: joined(metadataOf(name)) })
  }
  return { ...first, runMetadata: joined(pages.map(({ runMetadata }) => runMetadata)), steps }
}

function joined(all: readonly Metadata[]): Metadata {
  const metadata: Record<string, Value> = {}
  for (const [key, value] of all.flatMap((page) => Object.entries(page))) setMember(metadata, key, value)
  return metadata
}

function decodeMetadata({ metadata, types }: ValueObject): Metadata | undefined {
  return isValueObject(metadata) && isValueObject(types) ? restore(metadata, types) : undefined
}
