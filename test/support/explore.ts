/** Explores a small model of a protocol: every reachable state, in every order of moves. */

/** One step of a party. A frozen or dead party makes no more moves. */
export interface Move<State> {
  readonly name: string
  /** Changes the given copy of the state. */
  readonly make: (state: State) => void
}

export interface Model<State> {
  readonly first: State
  readonly moves: (state: State) => readonly Move<State>[]
  /** Describes the fault of a state, if it has one. */
  readonly fault: (state: State) => string | undefined
  /** Describes the fault of a final state, if it has one. */
  readonly faultAtEnd?: (state: State) => string | undefined
}

interface Explored {
  readonly states: number
  readonly ends: number
  /** The first fault, and the moves that lead to it. */
  readonly fault?: string
}

export function explore<State>({ first, moves, fault, faultAtEnd = () => undefined }: Model<State>): Explored {
  /** The predecessor of each state, and the move from it. */
  const met = new Map<string, { readonly from: string; readonly move: string }>()
  const start = JSON.stringify(first)
  met.set(start, { from: '', move: '' })
  const pathTo = (key: string): string => {
    const names: string[] = []
    for (let at = met.get(key); at !== undefined && at.from !== ''; at = met.get(at.from)) names.unshift(at.move)
    return names.join(', ')
  }
  // Grows during the loop. The search is breadth-first, so the path to a fault is short.
  const reachable = [start]
  let ends = 0
  for (const key of reachable) {
    const state = JSON.parse(key) as State
    const next = moves(state)
    if (next.length === 0) ends++
    const found = fault(state) ?? (next.length === 0 ? faultAtEnd(state) : undefined)
    if (found !== undefined) return { states: met.size, ends, fault: `${found}: ${pathTo(key)}` }
    for (const move of next) {
      const copy = JSON.parse(key) as State
      move.make(copy)
      const reached = JSON.stringify(copy)
      if (met.has(reached)) continue
      met.set(reached, { from: key, move: move.name })
      reachable.push(reached)
    }
  }
  return { states: met.size, ends }
}
