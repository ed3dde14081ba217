import type { StartDeadline } from '../deadline.ts'

/** A request to the store: the `Date` of the reply (whole seconds, in ms since 1970) and the local times around it. */
export interface Exchange {
  readonly date: number
  readonly sent: number
  readonly received: number
}

/** A clock that follows the store's time. All times are in ms since 1970. */
export interface Clock {
  /** The store's time, estimated from its replies so far. */
  now(): number
  local(): number
  observe(exchange: Exchange): void
  /** Whether the store has replied since this machine's clock last jumped. Always true for a store whose replies have no `Date`. */
  isSynced(): boolean
  /** How often this machine's clock has jumped. After a jump, the age of a cache entry is unknown. */
  jumpCount(): number
  /** It keeps its length if this machine's clock is set meanwhile. */
  readonly deadline: StartDeadline
}

/** The two clocks of a machine, in ms: the wall clock, which can be set, and the monotonic clock, which cannot. */
export interface MachineClock {
  readonly wallClock: () => number
  readonly monotonic: () => number
}

const MACHINE: MachineClock = { wallClock: () => Date.now(), monotonic: () => performance.now() }

/** If a machine's two clocks drift apart by more than this between two reads, the wall clock has jumped. */
const JUMP_MS = 500

/**
 * The store made a reply dated `d` between `d` and `d + 1 s`, and at that moment this machine's clock showed a time between
 * `sent` and `received`. So each reply bounds the difference of the two clocks; the bounds are intersected. The difference
 * changes only as far as the bounds require: machines with good clocks keep 0 and agree to the millisecond.
 */
export function createClock(machine: MachineClock = MACHINE): Clock {
  let difference = 0
  let bounds: readonly [low: number, high: number] | undefined
  let isDateless = false
  let drift = machine.wallClock() - machine.monotonic()
  let jumps = 0

  function local(): number {
    const wall = machine.wallClock()
    const drifted = wall - machine.monotonic()
    // Bounds from before a jump are void; the next reply sets new ones.
    if (Math.abs(drifted - drift) > JUMP_MS) {
      bounds = undefined
      jumps++
    }
    drift = drifted
    return wall
  }

  function observe({ date, sent, received }: Exchange): void {
    isDateless = Number.isNaN(date)
    if (isDateless) return
    const [low, high] = [date - received, date + 1000 - sent]
    if (low > high) return
    const [from, to] = bounds === undefined ? [low, high] : [Math.max(low, bounds[0]), Math.min(high, bounds[1])]
    // The bounds exclude each other if the clock was set so slowly that it passed for drift. Trust the newest reply.
    bounds = from <= to ? [from, to] : [low, high]
    difference = Math.min(Math.max(difference, bounds[0]), bounds[1])
  }

  return {
    now: () => local() + difference,
    local,
    observe,
    isSynced: () => {
      local()
      return isDateless || bounds !== undefined
    },
    jumpCount: () => {
      local()
      return jumps
    },
    deadline: (ms) => {
      const end = machine.monotonic() + ms
      return () => machine.monotonic() >= end
    },
  }
}
