/** A token bucket of capacity units. */
export interface Bucket {
  readonly tokens: number
  readonly rate: number
  has(units: number): boolean
  /** @throws if there are not enough units */
  take(units: number): void
  refill(seconds: number): void
  /** Changes the rate from now on. */
  setRate(rate: number): void
}

/** A bucket that is full at first. @param keptSeconds It holds at most the units of this many seconds */
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
