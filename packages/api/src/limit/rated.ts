import { Failure } from '@runmeta/core/failure'
import type { MiddlewareHandler } from 'hono'
import { identityOf } from '../auth.ts'
import { needsOf } from '../authorize.ts'
import type { Env } from '../env.ts'
import { declaredBytes } from '../input.ts'
import { refuse } from '../problem.ts'
import type { Buckets, Rate } from './bucket.ts'
import { costOfBytes } from './cost.ts'

/** A key may save up its unused rate for this long. */
const BURST_SECONDS = 10

export const rateOf = (perSecond: number): Rate => ({ perSecond, burst: perSecond * BURST_SECONDS })

/** Refuses requests above a key's rate on this server. A small log is one unit. */
export function rated(buckets: Buckets | undefined): MiddlewareHandler<Env> {
  if (buckets === undefined) return (_, next) => next()
  return async function rated(c, next) {
    const { keyId } = identityOf(c).author
    const announced = declaredBytes(c) ?? 0
    const wait = buckets.take(keyId, (needsOf(c)?.cost ?? 1) + costOfBytes(announced))
    if (wait > 0) {
      const seconds = Math.ceil(wait)
      const detail = `key: exceeded its rate of ${buckets.perSecond} units per second; retry in ${seconds} s, or send fewer or smaller requests`
      return refuse(c, new Failure('rate_limited', detail), { 'retry-after': String(seconds) })
    }
    await next()
    // The size of a chunked body, and the number of logs, are known only now.
    const more = costOfBytes((c.get('bodyBytes') ?? 0) - announced) + (c.get('logCount') ?? 1) - 1
    if (more > 0) buckets.spend(keyId, more)
    return undefined
  }
}
