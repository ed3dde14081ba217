import { signal } from '@preact/signals'
import type { PipelineRun } from '@runmeta/sdk'
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
/** Large runs are not worth a longer wait. */
const TIMEOUT_MS = 5000
const MAX_SCALARS = 2000
const MAX_VALUES = 12
const MAX_VALUE_CHARACTERS = 60

/** Pointers in the newest runs, most common first. */
export const knownPointers = signal<readonly KnownPointer[]>([])

let sampling: Promise<void> | undefined
let sampled: unknown

/** Reads the newest runs once for each API key, and collects their pointers. */
export function samplePointers(): Promise<void> {
  const caller = client.peek()
  if (sampled !== caller) {
    sampled = caller
    sampling = undefined
    knownPointers.value = []
  }
  sampling ??= readSample().catch(() => {
    sampling = undefined
  })
  return sampling
}

async function readSample(): Promise<void> {
  const list = client.peek().listPipelineRuns({
    include: ['metadata'],
    pageSize: RUNS,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  knownPointers.value = pointersOf(await list.first(RUNS))
}

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

/** The columns until the user chooses some: numbers that differ between runs. */
export const defaultColumns = (pointers: readonly KnownPointer[]): string[] =>
  pointers
    .filter(({ kind, pointer }) => kind === 'number' && pointer.length <= 60)
    .sort((one, other) => other.values.length - one.values.length)
    .slice(0, 3)
    .map(({ pointer }) => pointer)
