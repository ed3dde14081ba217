/** A sustained rate, and the burst allowed after a pause. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/** Token buckets, one for each key. */
export interface Buckets {
  readonly perSecond: number
  /** Takes the cost if the bucket has it. @returns 0, or the seconds until the bucket has it */
  take(key: string, cost: number): number
  /** Takes a cost that became known only afterwards. The bucket may go into debt. */
  spend(key: string, cost: number): void
}

const MAX_BUCKETS = 10_000

/** Each server counts by itself, in memory, and drops the least recently used keys. */
export function createBuckets({ perSecond, burst }: Rate, now: () => number = () => performance.now()): Buckets {
  const buckets = new Map<string, { readonly tokens: number; readonly at: number }>()

  function tokensOf(key: string, at: number): number {
    const bucket = buckets.get(key)
    return bucket === undefined ? burst : Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * perSecond)
  }

  function keep(key: string, tokens: number, at: number): void {
    // A Map keeps insertion order, so the first key is the least recently used; its bucket is the fullest.
    buckets.delete(key)
    buckets.set(key, { tokens, at })
    const [oldest] = buckets.size > MAX_BUCKETS ? buckets.keys() : []
    if (oldest !== undefined) buckets.delete(oldest)
  }

  return {
    perSecond,
    take: (key, cost) => {
      const at = now()
      const tokens = tokensOf(key, at)
      // A cost above the burst can never be saved up, so it needs a full bucket and puts it into debt.
      if (tokens < Math.min(cost, burst)) return (Math.min(cost, burst) - tokens) / perSecond
      keep(key, tokens - cost, at)
      return 0
    },
    spend: (key, cost) => {
      const at = now()
      keep(key, tokensOf(key, at) - cost, at)
    },
  }
}
