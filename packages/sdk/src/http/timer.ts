/** The longest time of a timer, in milliseconds; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/**
 * Calls `fn` once after `ms` milliseconds, 0 or more, and returns a function that cancels that.
 *
 * Test runners replace `setTimeout` with one that never fires. `AbortSignal.timeout` has its own clock, but lets a
 * process end while it waits, so whichever of the two comes first counts.
 */
export function after(ms: number, fn: () => void): () => void {
  const wait = Math.ceil(Math.min(ms, MAX_TIMER_MS))
  const cancel = () => {
    clearTimeout(timer)
    real?.removeEventListener('abort', end)
  }
  const end = () => {
    cancel()
    fn()
  }
  const timer = setTimeout(end, wait)
  const real = globalThis.AbortSignal?.timeout?.(wait)
  real?.addEventListener('abort', end)
  return cancel
}

/** The callbacks that wait for each signal. */
interface Listeners {
  readonly calls: Set<() => void>
  readonly abort: () => void
}

const listenersOf = new WeakMap<AbortSignal, Listeners>()

function newListeners(signal: AbortSignal): Listeners {
  const calls = new Set<() => void>()
  const abort = () => {
    for (const call of [...calls]) call()
  }
  listenersOf.set(signal, { calls, abort })
  return { calls, abort }
}

/**
 * Calls `fn` when a signal aborts, and returns a function that unregisters `fn`. However many calls share a signal, it has
 * one listener: Node warns of a leak from the eleventh listener on.
 */
export function onAbort(signal: AbortSignal | undefined, fn: () => void): () => void {
  if (signal === undefined) return () => {}
  const { calls, abort } = listenersOf.get(signal) ?? newListeners(signal)
  if (calls.size === 0) signal.addEventListener('abort', abort)
  calls.add(fn)
  return () => {
    if (calls.delete(fn) && calls.size === 0) signal.removeEventListener('abort', abort)
  }
}

/**
 * Waits, until `signal` aborts at the latest.
 *
 * @param queue holds a function that ends the wait, as long as the wait lasts
 * @returns whether that function was called
 */
export const pause = (ms: number, signal: AbortSignal | undefined, queue?: Set<() => void>): Promise<boolean> =>
  new Promise((resolve) => {
    const end = (isCalled: boolean) => {
      queue?.delete(call)
      cancel()
      forget()
      resolve(isCalled)
    }
    const call = () => end(true)
    const giveUp = () => end(false)
    queue?.add(call)
    const cancel = after(ms, giveUp)
    const forget = onAbort(signal, giveUp)
    if (signal?.aborted) giveUp()
  })
