import { of } from './assumptions.ts'
import { type LoadOptions, type Recording, record } from './load.ts'
import { createModel, type Model, type ModelOptions } from './model.ts'
import { createRandom } from './random.ts'
import { type Replayed, type ReplayOptions, replay } from './replay.ts'

/** The loads that docs/scale.md tells of. */

export interface Settings {
  readonly seed: number
  /** How long each load lasts, and of how much of its end the figures are; in seconds. */
  readonly seconds: number
  readonly measured: number
  /** Runs that the logs are spread over, where that is not what is asked. */
  readonly runs: number
}

export const SHARDS = [1, 2, 4, 8, 16, 32, 64] as const
export const RUNS = [1, 2, 5, 10, 20, 50, 100, 200, 500] as const
/** Of the logs, how many may fail for a load to count as carried: each is a 503, which the SDK sends again. */
export const BEARABLE = 0.001

/** The first of some values for which a load is carried, and what it was like; the last one where it never is. */
export interface Found<T> {
  readonly value: T
  readonly isCarried: boolean
  readonly replayed: Replayed
  /** What the load was like with the first of the values. */
  readonly first: Replayed
}

/** Searches ordered values: what carries a load is carried by all after it. */
export async function least<T>(values: readonly T[], tryOne: (value: T) => Promise<Replayed>): Promise<Found<T>> {
  let [from, to] = [0, values.length - 1]
  const tried = new Map<number, Replayed>()
  const at = async (n: number): Promise<Replayed> => {
    const value = values[n]
    if (value === undefined) throw new Error('there is nothing to search')
    const replayed = tried.get(n) ?? (await tryOne(value))
    tried.set(n, replayed)
    return replayed
  }
  // The ends first: most loads are carried by the first value, or by none.
  if ((await at(from)).failed <= BEARABLE) to = from
  else if ((await at(to)).failed > BEARABLE) from = to
  while (from < to) {
    const middle = (from + to) >> 1
    if ((await at(middle)).failed <= BEARABLE) to = middle
    else from = middle + 1
  }
  const replayed = await at(from)
  const value = values[from]
  if (value === undefined) throw new Error('there is nothing to search')
  return { value, isCarried: replayed.failed <= BEARABLE, replayed, first: await at(0) }
}

type Load = Pick<ReplayOptions, 'logsPerSecond' | 'runsPerSecond'>

/** A load on a model, by a seed of its own: what ran before changes nothing. */
export function run(settings: Settings, recording: Recording, load: Load, options: ModelOptions): Replayed {
  const model: Model = createModel({ growing: recording.growing, ...options })
  return replay({ ...settings, ...load, model, recording, random: createRandom(settings.seed) })
}

/** WCU a second that a table is warmed for before a load: twice what its writes take, so that no key shares a partition for long. */
export const warmFor = (wcu: number): number => Math.max(of('newTableWrites'), 2 * wcu)

const recordings = new Map<string, Promise<Recording>>()
/** Records a load once. */
export function recorded({ seed }: Settings, load: Omit<LoadOptions, 'random'>): Promise<Recording> {
  const key = JSON.stringify([seed, load])
  const made = recordings.get(key) ?? record({ ...load, random: createRandom(seed) })
  recordings.set(key, made)
  return made
}
