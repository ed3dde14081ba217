/** One exchange with the store: its `Date`, whole seconds in ms, and the local times around it. */
export interface Exchange {
  readonly date: number
  readonly sent: number
  readonly received: number
}

/** Time as the store tells it, in ms since 1970. */
export interface Clock {
  /** The store's time, as well as its replies so far tell it. */
  now(): number
  /** This machine's own time. */
  local(): number
  /** Learns from a reply of the store. */
  observe(exchange: Exchange): void
  /** Whether the store's time is known since this machine's clock last jumped. Always true for a store whose replies have no time. */
  isSynced(): boolean
  /** Counts the jumps of this machine's clock. What was remembered before one may be older than it seems. */
  jumpCount(): number
}

/** The two clocks of a machine, in ms: of the day, which can be set, and of the process, which only runs. */
export interface MachineClock {
  readonly wallClock: () => number
  readonly monotonic: () => number
}

const MACHINE: MachineClock = { wallClock: () => Date.now(), monotonic: () => performance.now() }

/** How far a machine's two clocks may drift apart, in ms, before the one of the day is taken to have jumped. */
const JUMP_MS = 500

/**
 * A clock that follows the store's. A reply dated `d` was made between `d` and `d + 1 s`, while this machine's clock stood
 * between `sent` and `received`: each reply bounds the difference, and the bounds are intersected. A difference of 0 that
 * fits the bounds is kept, so machines with good clocks agree to the millisecond.
 */
export function createClock(machine: MachineClock = MACHINE): Clock {
  let difference = 0
  let bounds: readonly [low: number, high: number] | undefined
  let isDateless = false
  let drift = machine.wallClock() - machine.monotonic()
  let jumps = 0

  function local(): number {
    const day = machine.wallClock()
    const drifted = day - machine.monotonic()
    // Bounds from before a jump say nothing now; the next reply tells.
    if (Math.abs(drifted - drift) > JUMP_MS) {
      bounds = undefined
      jumps++
    }
    drift = drifted
    return day
  }

  function observe({ date, sent, received }: Exchange): void {
    isDateless = Number.isNaN(date)
    if (isDateless) return
    const [low, high] = [date - received, date + 1000 - sent]
    if (low > high) return
    const both = bounds === undefined ? [low, high] : [Math.max(low, bounds[0]), Math.min(high, bounds[1])]
    const [from = low, to = high] = both
    // Bounds that exclude each other: the clock was set, slowly enough to pass for drift. The newest reply is right.
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
  }
}
