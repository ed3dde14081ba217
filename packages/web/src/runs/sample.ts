import { signal } from '@preact/signals'
import type { PipelineRun } from '@runmeta/sdk'
import { client } from '../app/session.ts'
import { jsonOf, type Kind, kindOf, leavesOf } from '../value/value.ts'

/** A place that something was logged at. */
export interface Known {
  readonly pointer: string
  readonly kind: Kind
  /** In how many of the runs that were looked at. */
  readonly runs: number
  /** Some of its values, as JSON. */
  readonly values: readonly string[]
}

/** Runs that are looked at: the API has no list of all places. */
const RUNS = 8
/** Milliseconds. Large runs are not worth the wait. */
const TIMEOUT_MS = 5000
const MAX_LEAVES = 2000
const MAX_VALUES = 12
const MAX_VALUE_CHARACTERS = 60

/** Places in the newest runs, most common first. */
export const known = signal<readonly Known[]>([])

let sampling: Promise<void> | undefined
let sampled: unknown

/** Looks at what was logged to the newest runs, once for each key. */
export function sample(): Promise<void> {
  const caller = client.peek()
  if (sampled !== caller) {
    sampled = caller
    sampling = undefined
    known.value = []
  }
  sampling ??= look().catch(() => {
    sampling = undefined
  })
  return sampling
}

async function look(): Promise<void> {
  const list = client.peek().listPipelineRuns({
    include: ['metadata'],
    pageSize: RUNS,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  known.value = placesOf(await list.first(RUNS))
}

/** The places of runs, those first that most of them have. */
export function placesOf(runs: readonly PipelineRun[]): Known[] {
  const places = new Map<string, { kind: Kind; runs: number; values: Set<string> }>()
  for (const { runMetadata } of runs) {
    for (const { pointer, value } of leavesOf(runMetadata, MAX_LEAVES)) {
      const place = places.get(pointer) ?? { kind: kindOf(value), runs: 0, values: new Set() }
      places.set(pointer, place)
      place.runs++
      const json = jsonOf(value)
      if (place.values.size < MAX_VALUES && json.length <= MAX_VALUE_CHARACTERS) place.values.add(json)
    }
  }
  return [...places]
    .map(([pointer, place]) => ({ pointer, ...place, values: [...place.values] }))
    .sort((one, other) => other.runs - one.runs)
}

/** What a list shows before anybody chose: numbers that tell runs apart. */
export const usualColumns = (places: readonly Known[]): string[] =>
  places
    .filter(({ kind, pointer }) => kind === 'number' && pointer.length <= 60)
    .sort((one, other) => other.values.length - one.values.length)
    .slice(0, 3)
    .map(({ pointer }) => pointer)
