import type { Passing } from './dialect.ts'

/** Where a request is held: before the target gets it, or before the client gets its reply. */
export type HeldAt = 'request' | 'reply'

/** Requests that a proxy holds until they are released. */
export interface Hold {
  /** The held requests, in the order of their arrival. */
  waiting(): readonly Passing[]
  /** Waits until this many requests are held. */
  held(count?: number): Promise<void>
  /** Releases one request; without an argument, releases all and holds no more. */
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

  /** Waits while a hold matches the request. */
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
