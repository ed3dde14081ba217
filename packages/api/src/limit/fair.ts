import type { MiddlewareHandler } from 'hono'
import { identityOf } from '../auth.ts'
import { needsOf } from '../authorize.ts'
import type { Env } from '../env.ts'
import type { Admission, Capacity } from './admission.ts'
import { costOfBytes } from './cost.ts'
import { createFairSemaphore } from './fair-semaphore.ts'

const MIB = 1024 * 1024

/** The capacity of one machine: see docs/limits.md. */
export const createCapacity = (): Capacity => ({
  bodies: createFairSemaphore({
    places: 64 * MIB,
    share: 48 * MIB,
    waiting: 10_000,
    stallMs: 10_000,
    busy: 'the server is busy with large bodies that arrive slowly; retry',
  }),
  work: createFairSemaphore({
    places: 64,
    share: 48,
    waiting: 10_000,
    // Together with the most time that a request may spend on the store, less than the 15 s within which a caller gets a 503.
    stallMs: 2500,
    busy: 'the server is busy with requests that the store does not answer; retry',
  }),
})

/** Smaller bodies do not wait for room: a connection buffers that much anyway. */
const SMALL_BODY_BYTES = 64 * 1024
const BODILESS = new Set(['GET', 'HEAD', 'DELETE'])

/**
 * Gives requests their turn, round robin among projects. A request with a body waits for its turn when the body is
 * read (`input.ts`), so that a slow sender takes no place while it sends.
 */
export function fair(capacity: Capacity | undefined): MiddlewareHandler<Env> {
  if (capacity === undefined) return (_, next) => next()
  return async function fair(c, next) {
    const needs = needsOf(c)
    if (needs === undefined) return next()
    const { cost = 1, places = cost } = needs
    const { project } = identityOf(c)
    const held: (() => void)[] = []
    const admission: Admission = {
      receive: async (bytes) => {
        if (bytes > SMALL_BODY_BYTES) held.push(await capacity.bodies.take(project, bytes))
      },
      work: async (bytes) => {
        held.push(await capacity.work.take(project, places + costOfBytes(bytes)))
      },
    }
    c.set('admission', admission)
    try {
      if (BODILESS.has(c.req.method)) await admission.work(0)
      await next()
    } finally {
      for (const giveBack of held) giveBack()
    }
  }
}
