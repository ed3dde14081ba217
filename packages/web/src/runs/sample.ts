import { signal } from '@preact/signals'
import type { Client, PipelineRun } from '@runmeta/sdk'
import { client } from '../app/session.ts'
import { jsonOf, type Kind, kindOf, scalarsOf } from '../value/value.ts'

/** A pointer that the newest runs have, with examples of its values. */
export interface KnownPointer {
  readonly pointer: string
  readonly kind: Kind
  /** The number of sampled runs that have it. */
  readonly runs: number
  /** Examples of its values, as JSON. */
  readonly values: readonly string[]
}

/** The number of runs to sample: the API has no list of all pointers. */
const RUNS = 8
/** If some of the newest runs have no metadata, older ones are read: up to this many, in pages of `PAGE_SIZE`. */
const MAX_READ = 100
const PAGE_SIZE = 20
/** Large runs are not worth a longer wait. */
const TIMEOUT_MS = 5000
const FRESH_MS = 3000
const MAX_SCALARS = 2000
const MAX_VALUES = 12
const MAX_VALUE_CHARACTERS = 60
const MAX_DEFAULT_COLUMNS = 3

/** Pointers in the newest runs that have metadata, most common first. */
export const knownPointers = signal<readonly KnownPointer[]>([])
/** The columns until the user chooses some. A later sample adds columns, but does not change those in view. */
export const defaultColumns = signal<readonly string[]>([])

interface Sample {
  readonly caller: Client
  readonly takenAt: number
  readonly isReading: boolean
}

let sample: Sample | undefined

/** Collects the pointers of the newest runs, unless a sample that has some is younger than `maxAgeMs`. */
export async function samplePointers(maxAgeMs = FRESH_MS): Promise<void> {
  const caller = client.peek()
  if (sample?.caller !== caller) {
    sample = { caller, takenAt: Number.NEGATIVE_INFINITY, isReading: false }
    knownPointers.value = []
    defaultColumns.value = []
  }
  const isFresh = knownPointers.peek().length > 0 && Date.now() - sample.takenAt < maxAgeMs
  if (isFresh || sample.isReading) return
  sample = { ...sample, isReading: true }
  const runs = await runsWithMetadata(caller).catch(() => undefined)
  if (sample.caller !== caller) return
  sample = { caller, takenAt: runs === undefined ? sample.takenAt : Date.now(), isReading: false }
  if (runs === undefined) return
  knownPointers.value = pointersOf(runs)
  defaultColumns.value = [...new Set([...defaultColumns.peek(), ...numbersThatDiffer(knownPointers.peek())])].slice(
    0,
    MAX_DEFAULT_COLUMNS,
  )
}

/** The newest runs that have metadata; those found so far if reading on fails. */
async function runsWithMetadata(caller: Client): Promise<PipelineRun[]> {
  const options = { include: ['metadata'], signal: AbortSignal.timeout(TIMEOUT_MS) } as const
  const newest = await caller.listPipelineRuns({ ...options, pageSize: RUNS }).first(RUNS)
  const found = newest.filter(hasMetadata)
  if (newest.length < RUNS || found.length === RUNS) return found
  try {
    let read = 0
    for await (const run of caller.listPipelineRuns({ ...options, pageSize: PAGE_SIZE })) {
      read++
      if (hasMetadata(run) && found.every(({ id }) => id !== run.id)) found.push(run)
      if (found.length === RUNS || read === MAX_READ) break
    }
  } catch (error) {
    if (found.length === 0) throw error
  }
  return found
}

const hasMetadata = ({ runMetadata }: PipelineRun): boolean => Object.keys(runMetadata).length > 0

/** The pointers of runs, most common first. */
function pointersOf(runs: readonly PipelineRun[]): KnownPointer[] {
  const pointers = new Map<string, { kind: Kind; runs: number; values: Set<string> }>()
  for (const { runMetadata } of runs) {
    for (const { pointer, value } of scalarsOf(runMetadata, MAX_SCALARS)) {
      const found = pointers.get(pointer) ?? { kind: kindOf(value), runs: 0, values: new Set() }
      pointers.set(pointer, found)
      found.runs++
      const json = jsonOf(value)
      if (found.values.size < MAX_VALUES && json.length <= MAX_VALUE_CHARACTERS) found.values.add(json)
    }
  }
  return [...pointers]
    .map(([pointer, found]) => ({ pointer, ...found, values: [...found.values] }))
    .sort((one, other) => other.runs - one.runs)
}

const numbersThatDiffer = (pointers: readonly KnownPointer[]): string[] =>
  pointers
    .filter(({ kind, pointer }) => kind === 'number' && pointer.length <= 60)
    .sort((one, other) => other.values.length - one.values.length)
    .slice(0, MAX_DEFAULT_COLUMNS)
    .map(({ pointer }) => pointer)
