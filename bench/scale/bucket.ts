/** Capacity units that come in at a rate, and are kept for a while where nobody takes them. */
export interface Bucket {
  readonly tokens: number
  readonly rate: number
  has(units: number): boolean
  /** Takes units that are there. */
  take(units: number): void
  refill(seconds: number): void
  /** Changes how much comes in, from now on. */
  setRate(rate: number): void
}

/** A bucket that begins full. @param keptSeconds how many seconds' worth it holds at most */
export function createBucket(initialRate: number, keptSeconds: number): Bucket {
  let rate = initialRate
  let tokens = rate * keptSeconds
  return {
    get tokens() {
      return tokens
    },
    get rate() {
      return rate
    },
    has: (units) => tokens >= units,
    take: (units) => {
      if (units > tokens) throw new Error(`${units} units are taken of ${tokens}`)
      tokens -= units
    },
    refill: (seconds) => {
      tokens = Math.min(rate * keptSeconds, tokens + rate * seconds)
    },
    setRate: (next) => {
      // What was not used of the old rate is kept; of a greater one nothing was unused yet.
      rate = next
      tokens = Math.min(tokens, rate * keptSeconds)
    },
  }
}
