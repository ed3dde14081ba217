import { Failure } from '@runmeta/core/failure'

/** A semaphore whose places are shared fairly among projects. */
export interface FairSemaphore {
  /** Waits for places. @returns a function that gives them back @throws Failure `rate_limited`, `store_unavailable` */
  take(project: string, weight: number): Promise<() => void>
}

export interface FairSemaphoreOptions {
  readonly places: number
  /** The most places that one project may have, so that others find some free. */
  readonly share: number
  /** The most requests of one project that may wait. */
  readonly waiting: number
  /** If no place is given back for this many milliseconds, all waiting requests are refused. */
  readonly stallMs: number
  /** The detail of that refusal. */
  readonly busy: string
}

interface Waiter {
  readonly weight: number
  readonly grant: (giveBack: () => void) => void
  readonly refuse: (failure: Failure) => void
}

interface Line {
  used: number
  readonly waiters: Waiter[]
}

/** Count ticks, so that our own event-loop stall is not mistaken for a silent store. */
const TICKS_PER_STALL = 5

/** Gives places first come, first served within a project, and round robin among projects. */
export function createFairSemaphore({ places, share, waiting, stallMs, busy }: FairSemaphoreOptions): FairSemaphore {
  const lines = new Map<string, Line>()
  let used = 0
  let still = 0
  let ticking: NodeJS.Timeout | undefined

  const mayHave = (line: Line, weight: number): boolean => line.used === 0 || line.used + weight <= share

  /** The project whose turn it is. A Map keeps insertion order: a project that got a place moves to the end. */
  function next(): [string, Line, Waiter] | undefined {
    for (const [project, line] of lines) {
      const [waiter] = line.waiters
      if (waiter !== undefined && mayHave(line, waiter.weight)) return [project, line, waiter]
    }
    return undefined
  }

  function serve(): void {
    for (let first = next(); first !== undefined; first = next()) {
      const [project, line, waiter] = first
      // Do not serve smaller requests first, or a large one could wait for ever.
      if (used > 0 && used + waiter.weight > places) return
      line.waiters.shift()
      lines.delete(project)
      lines.set(project, line)
      used += waiter.weight
      line.used += waiter.weight
      waiter.grant(() => giveBack(project, line, waiter.weight))
    }
  }

  function giveBack(project: string, line: Line, weight: number): void {
    still = 0
    used -= weight
    line.used -= weight
    serve()
    if (line.used === 0 && line.waiters.length === 0 && lines.get(project) === line) lines.delete(project)
  }

  /** Refuses the waiting requests of a stalled server: they would not be answered in time. */
  function tick(): void {
    const waiters = [...lines.values()].flatMap((line) => line.waiters)
    if (waiters.length === 0) {
      clearInterval(ticking)
      ticking = undefined
      return
    }
    still++
    if (still < TICKS_PER_STALL) return
    still = 0
    for (const line of lines.values()) line.waiters.length = 0
    for (const { refuse } of waiters) refuse(new Failure('store_unavailable', busy))
  }

  return {
    take: (project, wanted) =>
      new Promise((grant, refuse) => {
        const line = lines.get(project) ?? { used: 0, waiters: [] }
        lines.set(project, line)
        if (line.waiters.length >= waiting) {
          const detail = `request: ${waiting} requests of this project are already waiting, which is the limit; send fewer at once`
          refuse(new Failure('rate_limited', detail))
          return
        }
        line.waiters.push({ weight: Math.min(wanted, share), grant, refuse })
        serve()
        if (line.waiters.length === 0 || ticking !== undefined) return
        still = 0
        ticking = setInterval(tick, stallMs / TICKS_PER_STALL).unref()
      }),
  }
}
