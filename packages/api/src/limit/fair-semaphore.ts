import { Failure } from '@runmeta/core/failure'

/** What a server does at once, as places that projects share. */
export interface FairSemaphore {
  /** Waits for places. @returns what gives them back @throws Failure `rate_limited`, `store_unavailable` */
  take(project: string, weight: number): Promise<() => void>
}

export interface FairSemaphoreOptions {
  readonly places: number
  /** The most places that one project has at once, so that another's request finds one free. */
  readonly share: number
  /** How many requests of one project wait at once. */
  readonly waiting: number
  /** Milliseconds in which nobody gives a place back, after which those who wait are told to come again. */
  readonly stallMs: number
  /** What they are told. */
  readonly busy: string
}

interface Waiter {
  readonly weight: number
  readonly grant: (giveBack: () => void) => void
  readonly refuse: (failure: Failure) => void
}

/** The requests of one project. */
interface Line {
  used: number
  readonly waiters: Waiter[]
}

/** A server that was busy with itself for long ticks once for it, so that its own pause is not taken for the store's. */
const TICKS_PER_STALL = 5

/** Places that are given in turn: first come, first served within a project, and one of each project after another. */
export function createFairSemaphore({ places, share, waiting, stallMs, busy }: FairSemaphoreOptions): FairSemaphore {
  const lines = new Map<string, Line>()
  let used = 0
  let still = 0
  let ticking: NodeJS.Timeout | undefined

  const mayHave = (line: Line, weight: number): boolean => line.used === 0 || line.used + weight <= share

  /** The project whose turn it is. A Map keeps the order of its insertions: who got a place goes to the end. */
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
      // Whoever needs many places waits for them; were others let past, it could wait for ever.
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

  /** Nobody who waits longer than the store is silent would be answered in time. */
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
          const detail = `request: ${waiting} requests of this project wait already, which is the limit; send fewer at once`
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
