import type { Deadline, StartDeadline } from './deadline.ts'

export interface TtlCache<T> {
  get(key: string): T | undefined
  set(key: string, value: T): void
  delete(key: string): void
}

export interface TtlCacheOptions {
  readonly ttlMs: number
  readonly maxEntries: number
}

/** A library would add 19 KB to a function's cold start. */
export function createTtlCache<T>(
  { deadline }: { readonly deadline: StartDeadline },
  { ttlMs, maxEntries }: TtlCacheOptions,
): TtlCache<T> {
  const entries = new Map<string, { readonly value: T; readonly isOver: Deadline }>()
  return {
    get: (key) => {
      const entry = entries.get(key)
      return entry?.isOver() === false ? entry.value : undefined
    },
    set: (key, value) => {
      // A Map keeps insertion order, so the first key was set least recently.
      entries.delete(key)
      entries.set(key, { value, isOver: deadline(ttlMs) })
      const [oldest] = entries.size > maxEntries ? entries.keys() : []
      if (oldest !== undefined) entries.delete(oldest)
    },
    delete: (key) => void entries.delete(key),
  }
}
