import { Failure } from '@runmeta/core/failure'
import type { MiddlewareHandler } from 'hono'
import { identityOf } from '../auth.ts'
import { needsOf } from '../authorize.ts'
import type { Env } from '../env.ts'
import { refuse } from '../problem.ts'
import type { Buckets, Rate } from './bucket.ts'
import { costOfBytes } from './cost.ts'

/** Seconds for which a key may save up what it does not use. */
const BURST_SECONDS = 10

/** A rate of so many units a second. */
export const rateOf = (perSecond: number): Rate => ({ perSecond, burst: perSecond * BURST_SECONDS })

/** Refuses what a key asks for beyond its rate on this server: a small log is one unit. */
export function rated(buckets: Buckets | undefined): MiddlewareHandler<Env> {
  if (buckets === undefined) return (_, next) => next()
  return async function rated(c, next) {
    const { keyId } = identityOf(c).author
    const announced = Number(c.req.header('content-length') ?? 0)
    const wait = buckets.take(keyId, (needsOf(c)?.cost ?? 1) + costOfBytes(announced))
    if (wait > 0) {
      const seconds = Math.ceil(wait)
      const detail = `key: is over its rate of ${buckets.perSecond} units a second; retry in ${seconds} s, or send fewer or smaller requests`
      return refuse(c, new Failure('rate_limited', detail), { 'retry-after': String(seconds) })
    }
    await next()
    // A body in chunks said nothing of its size before it was read, and none says how many logs it has.
    const more = costOfBytes((c.get('bodyBytes') ?? 0) - announced) + (c.get('logCount') ?? 1) - 1
    if (more > 0) buckets.spend(keyId, more)
    return undefined
  }
}
