import type { LogEntries } from '../log/item.ts'
import type { Entry } from '../value/body.ts'

/** A key's latest value so far, and where it came from. */
export interface Held extends Entry {
  readonly position: string
  /** Its place within its log, for an order of the keys. */
  readonly index: number
}

/** The latest value of each key of a run or of a step. */
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
export function take(state: State, { position, step, isRelated, entries }: LogEntries): void {
  if (step !== undefined) hold(scopeOf(state, step), position, entries)
  if (step === undefined || isRelated) hold(state.run, position, entries)
}

function scopeOf({ steps }: State, step: string): Scope {
  const scope = steps.get(step) ?? new Map()
  steps.set(step, scope)
  return scope
}

function hold(scope: Scope, position: string, entries: readonly Entry[]): void {
  for (const [index, entry] of entries.entries()) {
    const held = scope.get(entry.key)
    if (held === undefined || held.position < position) scope.set(entry.key, { ...entry, position, index })
  }
}

/** A scope's values in the order they were logged in. */
export const ordered = (scope: Scope): Held[] =>
  [...scope.values()].sort((one, other) => {
    if (one.position !== other.position) return one.position < other.position ? -1 : 1
    return one.index - other.index
  })
