/** Explores a small model of a protocol: every state that its moves lead to, in every order. */

/** One step of one of the parties; a party that is frozen or dead is one whose moves are not made any more. */
export interface Move<State> {
  readonly name: string
  /** Changes the copy of the state that it is given. */
  readonly make: (state: State) => void
}

export interface Model<State> {
  readonly first: State
  readonly moves: (state: State) => readonly Move<State>[]
  /** What is wrong with a state, if anything is. */
  readonly fault: (state: State) => string | undefined
  /** What is wrong with a state that no move leads on from. */
  readonly faultAtEnd?: (state: State) => string | undefined
}

export interface Explored {
  readonly states: number
  readonly ends: number
  /** The first fault that was met, and the moves that lead to it. */
  readonly fault?: string
}

export function explore<State>({ first, moves, fault, faultAtEnd = () => undefined }: Model<State>): Explored {
  /** How each state was come to first: from which, by which move. */
  const met = new Map<string, { readonly from: string; readonly move: string }>()
  const start = JSON.stringify(first)
  met.set(start, { from: '', move: '' })
  const pathTo = (key: string): string => {
    const names: string[] = []
    for (let at = met.get(key); at !== undefined && at.from !== ''; at = met.get(at.from)) names.unshift(at.move)
    return names.join(', ')
  }
  // Grows as it is gone through, so the nearest states come first, and what leads to a fault is short.
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
