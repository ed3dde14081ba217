/** A token bucket of capacity units: it fills at a rate, and keeps unused units for some seconds. */
export interface Bucket {
  readonly tokens: number
  readonly rate: number
  has(units: number): boolean
  /** @throws if there are fewer units */
  take(units: number): void
  refill(seconds: number): void
  /** Changes the rate from now on. */
  setRate(rate: number): void
}

/** A bucket that begins full. @param keptSeconds its size, in seconds of the rate */
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
      // Keep the unused units of the old rate. A higher rate adds none for the past.
      rate = next
      tokens = Math.min(tokens, rate * keptSeconds)
    },
  }
}
