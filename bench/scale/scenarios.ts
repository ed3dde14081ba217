import { of } from './assumptions.ts'
import { type LoadOptions, type Recording, record } from './load.ts'
import { createModel, type Model, type ModelOptions } from './model.ts'
import { createRandom } from './random.ts'
import { type Replayed, type ReplayOptions, replay } from './replay.ts'

/** The loads of docs/scale.md. */

export interface Settings {
  readonly seed: number
  /** How long each load lasts, and how much of its end is measured, in seconds. */
  readonly seconds: number
  readonly measured: number
  /** How many runs the logs are spread over, unless a table varies that. */
  readonly runs: number
}

export const SHARDS = [1, 2, 4, 8, 16, 32, 64] as const
export const RUNS = [1, 2, 5, 10, 20, 50, 100, 200, 500] as const
/** A load is carried if at most this share of its calls fails. */
export const BEARABLE = 0.001

/** The first of several values with which a load is carried, or the last one if it never is. */
export interface Found<T> {
  readonly value: T
  readonly isCarried: boolean
  readonly replayed: Replayed
  /** The load with the first of the values. */
  readonly first: Replayed
}

/** Finds the first value with which a load is carried. Then all later values carry it too. */
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
  // Tries the ends first: most loads are carried by the first value, or by none.
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

/** Runs a load on a new model with a new random generator, so that it does not depend on earlier loads. */
export function run(settings: Settings, recording: Recording, load: Load, options: ModelOptions): Replayed {
  const model: Model = createModel({ growing: recording.growing, ...options })
  return replay({ ...settings, ...load, model, recording, random: createRandom(settings.seed) })
}

/** The WCU a second for which a table is warmed before a load: twice what its writes take, so that keys soon have their own partitions. */
export const warmFor = (wcu: number): number => Math.max(of('newTableWrites'), 2 * wcu)

const recordings = new Map<string, Promise<Recording>>()
/** Records a load once. */
export function recorded({ seed }: Settings, load: Omit<LoadOptions, 'random'>): Promise<Recording> {
  const key = JSON.stringify([seed, load])
  const made = recordings.get(key) ?? record({ ...load, random: createRandom(seed) })
  recordings.set(key, made)
  return made
}
