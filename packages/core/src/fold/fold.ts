import type { LogEntries, StoredEntry } from '../log/item.ts'

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

/** A key that has a value. */
export interface HeldValue extends Held {
  readonly entry: StoredEntry
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
  const { step, isRelated } = log
  if (step !== undefined) hold(scopeOf(state, step), log)
  if (step === undefined || isRelated) hold(state.run, log)
}

function scopeOf({ steps }: State, step: string): Scope {
  const scope = steps.get(step) ?? new Map()
  steps.set(step, scope)
  return scope
}

function hold(scope: Scope, { position, entries, unset, load }: LogEntries): void {
  const say = (key: string, index: number, entry?: StoredEntry) => {
    const held = scope.get(key)
    if (held === undefined || held.position < position) scope.set(key, { position, index, entry, load })
  }
  for (const [index, entry] of entries.entries()) say(entry.key, index, entry)
  if (unset !== undefined) say(unset, 0)
}

/** Loads the values that are apart from their logs, of those logs alone that a key still has its value of. */
export async function load({ run, steps }: State): Promise<void> {
  const held = [run, ...steps.values()].flatMap((scope) => [...scope.values()].filter(hasValue))
  await Promise.all([...new Set(held.map((value) => value.load))].map((loadOnce) => loadOnce()))
}

const hasValue = (held: Held): held is HeldValue => held.entry !== undefined

/** A scope's values in the order they were logged in. */
export const ordered = (scope: Scope): HeldValue[] =>
  [...scope.values()].filter(hasValue).sort((one, other) => {
    if (one.position !== other.position) return one.position < other.position ? -1 : 1
    return one.index - other.index
  })
