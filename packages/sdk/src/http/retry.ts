/** When a call is made again, and how long after. All calls are safe to repeat. */
export const RETRY = {
  /** HTTP status. */
  statuses: /^(?:408|425|429|5\d\d)$/,
  /** Repeats of a call, unless the client says otherwise. */
  retries: 4,
  /** Milliseconds that the first wait is below; each later one may be twice as long. */
  base: 250,
  /** Milliseconds that no wait of its own exceeds. */
  cap: 8000,
} as const

export const isRetried = (status: number): boolean => RETRY.statuses.test(String(status))

/** Milliseconds to wait before a repeat: what the server asked for, and a random part so that clients do not return at once. */
export const backoff = (repeats: number, retryAfter: number): number =>
  retryAfter + Math.random() * Math.min(RETRY.cap, RETRY.base * 2 ** repeats)

/** Milliseconds that a `Retry-After` header asks for, in seconds or as a date; 0 where it asks for nothing. */
export function waitOf(header: string | undefined): number {
  if (header === undefined) return 0
  const ms = /^\s*\d+(?:\.\d+)?\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return ms > 0 ? ms : 0
}
