import { pause } from './timer.ts'

/** Requests that one client has under way at most. */
export const MAX_CONCURRENT_REQUESTS = 64

/** The requests that a client may have under way. The others wait in the order in which they came. */
export interface Slots {
  free: number
  /** Starts each request that waits. */
  readonly queue: Set<() => void>
}

export const newSlots = (): Slots => ({ free: MAX_CONCURRENT_REQUESTS, queue: new Set() })

/** Waits for a slot; `false` where the signal aborts or `ms` milliseconds pass before. Whoever has one gives it back. */
export function acquire(slots: Slots, ms: number, signal: AbortSignal | undefined): boolean | Promise<boolean> {
  if (slots.free > 0) {
    slots.free--
    return true
  }
  return pause(ms, signal, slots.queue)
}

export function release(slots: Slots): void {
  const [next] = slots.queue
  if (next === undefined) slots.free++
  else next()
}
