import type { ApiKey, KeyCache } from '../../context.ts'
import type { Clock } from '../../table/clock.ts'
import { createTtlCache } from '../../ttl-cache.ts'

interface CachedKey {
  readonly key: ApiKey | undefined
  /** The wall clock when the read began. */
  readonly readAt: number
}

/** A revocation must take effect everywhere within a minute; this leaves room for requests in flight. */
const TTL_MS = 30_000
const LIMITS = { ttlMs: TTL_MS, maxEntries: 10_000 }

export function createKeyCache(clock: Clock): KeyCache {
  // Unknown ids have a cache of their own, so that made-up ids do not evict keys in use.
  const [found, absent] = [createTtlCache<CachedKey>(clock, LIMITS), createTtlCache<CachedKey>(clock, LIMITS)]
  const reading = new Map<string, Promise<CachedKey>>()

  /** Concurrent requests share one read: a busy key expires from the cache for all of them at once. */
  function readOnce(id: string, read: () => Promise<ApiKey | undefined>): Promise<CachedKey> {
    const readAt = clock.local()
    const keep = (key: ApiKey | undefined): CachedKey => {
      // A key that was dropped from the cache meanwhile may have been read before its revocation.
      if (reading.get(id) === made) {
        const [into, outOf] = key === undefined ? [absent, found] : [found, absent]
        into.set(id, { key, readAt })
        outOf.delete(id)
      }
      return { key, readAt }
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
    async find(id, read) {
      const known = found.get(id) ?? absent.get(id)
      // The monotonic clock may not count the time that a process was suspended; the wall clock does.
      const age = known === undefined ? Number.POSITIVE_INFINITY : clock.local() - known.readAt
      if (known !== undefined && age >= 0 && age < TTL_MS) return known.key
      return (await (reading.get(id) ?? readOnce(id, read))).key
    },
    forget(id) {
      found.delete(id)
      absent.delete(id)
      reading.delete(id)
    },
  }
}
