import { badRequest, type Candidate } from './error/api.ts'
import { restore } from './value/restore.ts'
import { isValueObject, setMember, type Value, type ValueObject } from './value/value.ts'

export type RunStatus = 'running' | 'completed' | 'failed' | 'stopped'

/** A run. Times are RFC 3339, UTC, with milliseconds; what has no value is left out. */
export interface RunFields {
  readonly id: string
  readonly name: string
  readonly pipeline?: string
  readonly status: RunStatus
  readonly createdAt: string
  readonly startedAt?: string
  readonly endedAt?: string
}

/** The reply to a log: it is durable. */
export interface LogReceipt {
  readonly run: { readonly id: string; readonly name: string }
  readonly log: {
    readonly id: string
    readonly createdAt: string
    /** Opaque; of two logs the one with the greater string is the later one. */
    readonly position: string
    readonly step?: string
    /** Scalars outside arrays that cannot be searched for, as they are past the first 64 or their pointer is too long. */
    readonly unindexed?: number
  }
}

/** The latest metadata of a run or a step, by key. */
export type Metadata = Readonly<Record<string, Value>>

/** A part of a run that was logged to by its name. */
export interface PipelineStep {
  readonly runMetadata: Metadata
}

/** A run with all that was logged to it. */
export interface PipelineRunFields extends RunFields {
  readonly runMetadata: Metadata
  /** By name. */
  readonly steps: Readonly<Record<string, PipelineStep>>
}

/** What the API says of a refusal, besides its status. */
interface Problem {
  readonly code: string
  readonly detail: string
  readonly requestId: string | undefined
  readonly pointer: string | undefined
  readonly reason: string | undefined
  readonly candidates: readonly Candidate[]
  readonly more: boolean
}

/** The path of a run. @throws BadRequestError for a reference that cannot stand in one */
export function runPath(reference: string): string {
  if (typeof reference !== 'string' || reference === '') {
    throw badRequest('run: must be the id, name or prefix of a run, and is empty or no string')
  }
  // However they are encoded, a URL drops them.
  if (reference === '.' || reference === '..') throw badRequest('run: must not be . or .., which no run can be named')
  try {
    return `/v1/runs/${encodeURIComponent(reference)}`
  } catch (cause) {
    throw badRequest('run: must not have lone surrogates', cause)
  }
}

/** A run; nothing where the API would not have replied so. */
export function decodeRun(body: ValueObject): RunFields | undefined {
  const { id, name, status, createdAt } = body
  if (!isText(id) || !isText(name) || !isStatus(status) || !isText(createdAt)) return undefined
  return { id, name, status, createdAt, ...textsOf(body, 'pipeline', 'startedAt', 'endedAt') }
}

/** A run with a page of its metadata, as the API gives it. */
export interface PipelineRunPage {
  readonly run: PipelineRunFields
  /** Where the rest begins. */
  readonly next: string | undefined
}

/** A run with its metadata, or a page of it; nothing where the API would not have replied so. */
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

/** Pages of one reading of a run as one. */
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

/** The reply to a log; nothing where the API would not have replied so. */
export function decodeReceipt({ run, log }: ValueObject): LogReceipt | undefined {
  if (!isValueObject(run) || !isValueObject(log)) return undefined
  const { id, createdAt, position, unindexed } = log
  if (!isText(run.id) || !isText(run.name) || !isText(id) || !isText(createdAt) || !isText(position)) return undefined
  const left = typeof unindexed === 'number' ? { unindexed } : {}
  return { run: { id: run.id, name: run.name }, log: { id, createdAt, position, ...textsOf(log, 'step'), ...left } }
}

/** What a refusal says; nothing where it is not the API's. */
export function decodeProblem(body: ValueObject): Problem | undefined {
  const { code, detail, requestId, pointer, reason, candidates, more } = body
  if (!isText(code) || !isText(detail)) return undefined
  return {
    code,
    detail,
    requestId: isText(requestId) ? requestId : undefined,
    pointer: isText(pointer) ? pointer : undefined,
    reason: isText(reason) ? reason : undefined,
    candidates: Array.isArray(candidates) ? candidates.flatMap(decodeCandidate) : [],
    more: more === true,
  }
}

function decodeCandidate(value: Value): Candidate[] {
  if (!isValueObject(value)) return []
  const { id, name, createdAt } = value
  return isText(id) && isText(name) && isText(createdAt) ? [{ id, name, createdAt }] : []
}

function decodeMetadata({ metadata, types }: ValueObject): Metadata | undefined {
  return isValueObject(metadata) && isValueObject(types) ? restore(metadata, types) : undefined
}

/** Those members that are there. */
function textsOf<Name extends string>(body: ValueObject, ...names: Name[]): { [name in Name]?: string } {
  const texts: { [name in Name]?: string } = {}
  for (const name of names) {
    const text = body[name]
    if (isText(text)) texts[name] = text
  }
  return texts
}

const isText = (value: Value | undefined): value is string => typeof value === 'string'

// A status that a newer server added is better shown than refused.
const isStatus = (value: Value | undefined): value is RunStatus => typeof value === 'string'
