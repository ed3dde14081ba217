import { Failure } from '@runmeta/core/failure'
import type { MiddlewareHandler } from 'hono'
import type { Env } from '../env.ts'
import type { Identity } from '../identity.ts'
import { refuse } from '../problem.ts'
import type { Buckets, Rate } from './bucket.ts'
import { costOfBytes, costOfCall } from './cost.ts'

/** Seconds for which a key may save up what it does not use. */
const BURST_SECONDS = 10

/** A rate of so many units a second. */
export const rateOf = (perSecond: number): Rate => ({ perSecond, burst: perSecond * BURST_SECONDS })

/** Refuses what a key asks for beyond its rate on this server: the units of `cost.ts` a second. */
export function rated(buckets: Buckets | undefined): MiddlewareHandler<Env> {
  if (buckets === undefined) return (_, next) => next()
  return async function rated(c, next) {
    const identity: Identity | undefined = c.get('identity')
    // Two groups of routes below one path both ask for it.
    if (identity === undefined || c.get('isRated') === true) return next()
    c.set('isRated', true)
    const { keyId } = identity.author
    const announced = Number(c.req.header('content-length') ?? 0)
    const wait = buckets.take(keyId, costOfCall(c.req.method, c.req.path) + costOfBytes(announced))
    if (wait > 0) {
      const seconds = Math.ceil(wait)
      const detail = `key: is over its rate of ${buckets.perSecond} units a second; come again in ${seconds} s, or send fewer or smaller requests`
      return refuse(c, new Failure('rate_limited', detail), { 'retry-after': String(seconds) })
    }
    await next()
    // A body in chunks said nothing of its size before it was read, and none says how many logs it has.
    const more = costOfBytes((c.get('bodyBytes') ?? 0) - announced) + (c.get('logCount') ?? 1) - 1
    if (more > 0) buckets.spend(keyId, more)
    return undefined
  }
}
