import { setImmediate } from 'node:timers/promises'

/**
 * Waits until the clock is past a run's creation: runs of one millisecond are listed by id, so a test that expects the order
 * of creation makes the next one later.
 */
export async function laterThan<T extends { readonly createdAt: string }>(run: T): Promise<T> {
  while (Date.now() <= Date.parse(run.createdAt)) await setImmediate()
  return run
}
