import { pause } from './timer.ts'

/** The most concurrent requests of one client. */
const MAX_CONCURRENT_REQUESTS = 64

/** Limits the concurrent requests of a client. The others wait in order. */
export interface Slots {
  free: number
  /** Starts each request that waits. */
  readonly queue: Set<() => void>
}

export const newSlots = (): Slots => ({ free: MAX_CONCURRENT_REQUESTS, queue: new Set() })

/** Waits for a slot. Returns `false` if the signal aborts or `ms` milliseconds pass first. The caller must give the slot back. */
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
