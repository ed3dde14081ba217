import type { ApiKey, KeyCache } from '../../context.ts'
import type { Clock } from '../../table/clock.ts'
import { createTtlCache } from '../../ttl-cache.ts'

/** What was read of an id, and this machine's time of day then. */
interface CachedKey {
  readonly key: ApiKey | undefined
  readonly day: number
}

/** Milliseconds: a revocation is to hold everywhere within a minute, so with room for what is under way. */
const TTL_MS = 30_000
const MAX_ENTRIES = 10_000

export function createKeyCache(): KeyCache {
  // In a cache of their own, so that made-up ids push out no key that is in use.
  const [found, absent] = [
    createTtlCache<CachedKey>({ ttlMs: TTL_MS, maxEntries: MAX_ENTRIES }),
    createTtlCache<CachedKey>({ ttlMs: TTL_MS, maxEntries: MAX_ENTRIES }),
  ]
  const reading = new Map<string, Promise<CachedKey>>()

  /** One read for all who ask at the same time: a key that many use at once runs out for all of them at once. */
  function readOnce(id: string, clock: Clock, read: () => Promise<ApiKey | undefined>): Promise<CachedKey> {
    const day = clock.local()
    const keep = (key: ApiKey | undefined): CachedKey => {
      // A key that was forgotten meanwhile may have been read before its revocation.
      if (reading.get(id) === made) {
        const [into, outOf] = key === undefined ? [absent, found] : [found, absent]
        into.set(id, { key, day })
        outOf.delete(id)
      }
      return { key, day }
    }
    const made: Promise<CachedKey> = read()
      .then(keep)
      .finally(() => {
        if (reading.get(id) === made) reading.delete(id)
      })
    reading.set(id, made)
    return made
  }

  return {
    async find(id, clock, read) {
      const known = found.get(id) ?? absent.get(id)
      // A process that was stopped for a while may not have counted that time; the time of day has gone on.
      const age = known === undefined ? Number.POSITIVE_INFINITY : clock.local() - known.day
      if (known !== undefined && age >= 0 && age < TTL_MS) return known.key
      return (await (reading.get(id) ?? readOnce(id, clock, read))).key
    },
    forget(id) {
      found.delete(id)
      absent.delete(id)
      reading.delete(id)
    },
  }
}
