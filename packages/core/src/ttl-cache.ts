export interface TtlCache<T> {
  get(key: string): T | undefined
  set(key: string, value: T): void
  delete(key: string): void
}

/** A library would add 19 KB to a function's cold start. */
export function createTtlCache<T>({ ttlMs, maxEntries }: { ttlMs: number; maxEntries: number }): TtlCache<T> {
  const entries = new Map<string, { readonly value: T; readonly until: number }>()
  return {
    get: (key) => {
      const entry = entries.get(key)
      return entry !== undefined && performance.now() < entry.until ? entry.value : undefined
    },
    set: (key, value) => {
      // A Map keeps insertion order, so the first key was set least recently.
      entries.delete(key)
      entries.set(key, { value, until: performance.now() + ttlMs })
      const [oldest] = entries.size > maxEntries ? entries.keys() : []
      if (oldest !== undefined) entries.delete(oldest)
    },
    delete: (key) => void entries.delete(key),
  }
}
