import { inTurns } from '../map-limit.ts'
import type { LogEntries, StoredEntry } from './log.ts'

/** What the latest log so far says of a key, and where that stands. */
export interface Held {
  readonly position: string
  /** Its place within its log, for an order of the keys. */
  readonly index: number
  /** The value; nothing where the log unset the key. */
  readonly entry: StoredEntry | undefined
  /** Loads the value, where it is apart from its log. */
  readonly load: () => Promise<void>
}

/** What was last said of each key of a run or of a step. */
export type Scope = Map<string, Held>

/** What the logs taken so far come to. */
export interface State {
  readonly run: Scope
  readonly steps: Map<string, Scope>
}

export const emptyState = (): State => ({ run: new Map(), steps: new Map() })

/**
 * Takes one log into the state: of each key the value with the greatest position stays. A join, so the order in which
 * logs are taken and how often each is taken make no difference.
 */
export function take(state: State, log: LogEntries): void {
  for (const scope of scopesOf(state, log)) {
    for (const [key, held] of saysOf(log)) hold(scope, key, held)
  }
}

/** The scopes that a log is for, made where they are not there. */
function scopesOf(state: State, { step, isRelated }: LogEntries): Scope[] {
  const own = step === undefined ? [] : [scopeOf(state, step)]
  return step === undefined || isRelated ? [...own, state.run] : own
}

/** What a log says of each of its keys. */
function* saysOf({ position, entries, unset, load }: LogEntries): Generator<[key: string, held: Held]> {
  for (const [index, entry] of entries.entries()) yield [entry.key, { position, index, entry, load }]
  if (unset !== undefined) yield [unset, { position, index: 0, entry: undefined, load }]
}

/** The scope of a step, or of the run where none is named; made where it is not there. */
export function scopeOf({ run, steps }: State, step: string | undefined): Scope {
  if (step === undefined) return run
  const scope = steps.get(step) ?? new Map()
  steps.set(step, scope)
  return scope
}

/** Takes what was said of one key. */
export function hold(scope: Scope, key: string, said: Held): void {
  const held = scope.get(key)
  if (held === undefined || held.position < said.position) scope.set(key, said)
}

/** Whether taking a log would change nothing: it is in the state, or all that it says was said anew since. */
export function covers(state: State, log: LogEntries): boolean {
  const { step, isRelated, position } = log
  const scopes = [
    ...(step === undefined ? [] : [state.steps.get(step)]),
    ...(step === undefined || isRelated ? [state.run] : []),
  ]
  const keys = [...saysOf(log)].map(([key]) => key)
  return scopes.every((scope) => keys.every((key) => (scope?.get(key)?.position ?? '') >= position))
}

/** Logs and chunks whose values are loaded at once: each is some megabytes. */
const AT_ONCE = 4

/** Loads the values that are apart from their logs, of those given alone. */
export async function load(values: Iterable<Held>): Promise<void> {
  const loads = new Set([...values].map((held) => held.load))
  await inTurns([...loads], AT_ONCE, (loadOnce) => loadOnce())
}

/** What was said of one key of a run, or of a step of it. */
export interface Said {
  readonly step?: string
  readonly key: string
  readonly held: Held
}

/**
 * All that a state holds, unset keys too, in the order of a reply: the run, then its steps by name; in each by the position
 * of the log, then as in the log.
 */
export function* inOrder({ run, steps }: State): Generator<Said> {
  for (const [key, held] of byPlace(run)) yield { key, held }
  const names = [...steps.keys()].sort()
  for (const step of names) for (const [key, held] of byPlace(steps.get(step) ?? new Map())) yield { step, key, held }
}

const byPlace = (scope: Scope): [string, Held][] =>
  [...scope].sort(([, one], [, other]) => {
    if (one.position !== other.position) return one.position < other.position ? -1 : 1
    return one.index - other.index
  })
