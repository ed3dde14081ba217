import { setImmediate } from 'node:timers/promises'

/**
 * Waits until the clock is past a run's creation. Runs of the same millisecond are listed by id, so a test that expects
 * the order of creation needs different times.
 */
export async function laterThan<T extends { readonly createdAt: string }>(run: T): Promise<T> {
  while (Date.now() <= Date.parse(run.createdAt)) await setImmediate()
  return run
}
