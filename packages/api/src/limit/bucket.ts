/** How much a second, and how much at once after a pause. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/** A bucket of tokens for each key: it fills by the second, and what a request costs is taken from it. */
export interface Buckets {
  readonly perSecond: number
  /** Takes a cost, where the bucket is not in debt. @returns the seconds until it is out of debt; 0 where it was taken */
  take(key: string, cost: number): number
  /** Takes what became known of a cost once it was incurred, into debt where need be. */
  spend(key: string, cost: number): void
}

const MAX_BUCKETS = 10_000

/** Nothing is stored: each server counts for itself, and forgets the keys that it has not seen for longest. */
export function createBuckets({ perSecond, burst }: Rate, now: () => number = () => performance.now()): Buckets {
  const buckets = new Map<string, { readonly tokens: number; readonly at: number }>()

  function tokensOf(key: string, at: number): number {
    const bucket = buckets.get(key)
    return bucket === undefined ? burst : Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * perSecond)
  }

  function keep(key: string, tokens: number, at: number): void {
    // A Map keeps the order of its insertions, so the first key is the one whose bucket is the fullest by now.
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
      // A cost above the burst could never be saved up, so a key without debt may go into debt.
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
