/** What was seen a moment ago, bounded in time and number. */
export interface TtlCache<T> {
  get(key: string): T | undefined
  set(key: string, value: T): void
  delete(key: string): void
}

/** A cache library is 19 KB of a function's cold start; this is what it would do. `remembered` is milliseconds. */
export function createTtlCache<T>({ ttlMs, maxEntries }: { ttlMs: number; maxEntries: number }): TtlCache<T> {
  const entries = new Map<string, { readonly value: T; readonly until: number }>()
  return {
    get: (key) => {
      const entry = entries.get(key)
      return entry !== undefined && performance.now() < entry.until ? entry.value : undefined
    },
    set: (key, value) => {
      // A Map keeps the order of its insertions, so the first key is the one not seen for longest.
      entries.delete(key)
      entries.set(key, { value, until: performance.now() + ttlMs })
      const [oldest] = entries.size > maxEntries ? entries.keys() : []
      if (oldest !== undefined) entries.delete(oldest)
    },
    delete: (key) => void entries.delete(key),
  }
}
