import { mapLimit } from '../map-limit.ts'
import type { LogValues, StoredValue } from './log.ts'

export interface LatestValue {
  readonly position: string
  /** The index of the key within its log. Replies list keys in this order. */
  readonly index: number
  /** Undefined if the log unset the key. */
  readonly value: StoredValue | undefined
  readonly load: () => Promise<void>
}

/** The latest value of each key of one scope: the run, or one of its steps. */
export type Scope = Map<string, LatestValue>

export interface State {
  readonly run: Scope
  readonly steps: Map<string, Scope>
}

export const emptyState = (): State => ({ run: new Map(), steps: new Map() })

/** The steps that a log goes to; `undefined` is the run. */
export const stepsOf = ({ step, isRelated }: Pick<LogValues, 'step' | 'isRelated'>): (string | undefined)[] =>
  step === undefined || !isRelated ? [step] : [step, undefined]

/** The scope of a step, or of the run without a step. */
export const findScope = ({ run, steps }: State, step: string | undefined): Scope | undefined =>
  step === undefined ? run : steps.get(step)

/** Like `findScope`, but creates a missing scope. */
export function scopeOf(state: State, step: string | undefined): Scope {
  const scope = findScope(state, step) ?? new Map()
  if (step !== undefined) state.steps.set(step, scope)
  return scope
}

/**
 * Folds one log into the state: for each key, the value with the greatest position wins. The fold is commutative and
 * idempotent, so logs may come in any order and more than once.
 */
export function foldLog(state: State, log: LogValues): void {
  for (const step of stepsOf(log)) {
    const scope = scopeOf(state, step)
    for (const [key, value] of valuesOf(log)) setIfNewer(scope, key, value)
  }
}

function* valuesOf({ position, entries, unset, load }: LogValues): Generator<[key: string, latest: LatestValue]> {
  for (const [index, value] of entries.entries()) yield [value.key, { position, index, value, load }]
  if (unset !== undefined) yield [unset, { position, index: 0, value: undefined, load }]
}

export function setIfNewer(scope: Scope, key: string, value: LatestValue): void {
  const latest = scope.get(key)
  if (latest === undefined || latest.position < value.position) scope.set(key, value)
}

/** Whether folding a log would change nothing: the state includes the log, or later values of all its keys. */
export function includesLog(state: State, log: LogValues): boolean {
  const scopes = stepsOf(log).map((step) => findScope(state, step))
  const keys = [...valuesOf(log)].map(([key]) => key)
  return scopes.every((scope) => keys.every((key) => (scope?.get(key)?.position ?? '') >= log.position))
}

/** UTF-16 units. */
export const unitsOf = ({ entries }: LogValues): number =>
  entries.reduce((sum, { key, length }) => sum + key.length + length, 0)

/** How many logs and segments are loaded at once: each can have several megabytes. */
const MAX_CONCURRENT = 4

export async function load(values: Iterable<LatestValue>): Promise<void> {
  const loads = new Set([...values].map((value) => value.load))
  await mapLimit([...loads], MAX_CONCURRENT, (loadOnce) => loadOnce())
}

export interface KeyValue {
  readonly step?: string
  readonly key: string
  readonly latest: LatestValue
}

/**
 * All values of a state, including unset keys, in the order of a reply: the run, then its steps by name. Within each, keys
 * are ordered by the position of their log, then as in the log.
 */
export function* inOrder({ run, steps }: State): Generator<KeyValue> {
  for (const [key, latest] of byPosition(run)) yield { key, latest }
  const names = [...steps.keys()].sort()
  for (const step of names)
    for (const [key, latest] of byPosition(steps.get(step) ?? new Map())) yield { step, key, latest }
}

const byPosition = (scope: Scope): [string, LatestValue][] =>
  [...scope].sort(([, one], [, other]) => {
    if (one.position !== other.position) return one.position < other.position ? -1 : 1
    return one.index - other.index
  })
