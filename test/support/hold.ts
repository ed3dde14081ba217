import type { Passing } from './dialect.ts'

/** Where a request is held back: before the target has it, or with its reply given but not seen. */
export type HeldAt = 'request' | 'reply'

/** Requests that stand still at a proxy until they are told to go on. */
export interface Hold {
  /** Those that stand now, in the order they came. */
  waiting(): readonly Passing[]
  /** Waits until so many stand. */
  held(count?: number): Promise<void>
  /** Lets one go on, or without an argument all, and holds no more. A client that gave up meanwhile changes nothing of it. */
  release(request?: Passing): void
}

interface Holding {
  readonly at: HeldAt
  readonly matches: (request: Passing) => boolean
  readonly waiting: Map<Passing, () => void>
  isOver: boolean
  onArrival: () => void
}

/** The holds of one proxy. */
export function createHolds() {
  const holds: Holding[] = []

  /** Stands for as long as a hold wants it. */
  async function stand(at: HeldAt, request: Passing): Promise<void> {
    for (const hold of holds) {
      if (hold.isOver || hold.at !== at || !hold.matches(request)) continue
      await new Promise<void>((go) => {
        hold.waiting.set(request, go)
        hold.onArrival()
      })
    }
  }

  function hold(matches: Holding['matches'], at: HeldAt = 'request'): Hold {
    const holding: Holding = { at, matches, waiting: new Map(), isOver: false, onArrival: () => undefined }
    holds.push(holding)
    const go = (request: Passing): void => {
      const resume = holding.waiting.get(request)
      holding.waiting.delete(request)
      resume?.()
    }
    return {
      waiting: () => [...holding.waiting.keys()],
      held: (count = 1) =>
        new Promise((resolve) => {
          holding.onArrival = () => {
            if (holding.waiting.size >= count) resolve()
          }
          holding.onArrival()
        }),
      release: (request) => {
        if (request !== undefined) return go(request)
        holding.isOver = true
        for (const each of [...holding.waiting.keys()]) go(each)
      },
    }
  }

  return { stand, hold }
}
