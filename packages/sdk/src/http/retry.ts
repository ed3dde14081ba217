/** Repeats of a call, unless the client says otherwise. All calls are safe to repeat. */
export const RETRIES = 4
/** Milliseconds that the first wait is below; each later one may be twice as long. */
const FIRST_WAIT_MS = 250
/** Milliseconds that no wait of its own exceeds. */
export const MAX_WAIT_MS = 8000

/** Whether a call is made again after a reply of this status. */
export const isRetried = (status: number): boolean => /^(?:408|425|429|5\d\d)$/.test(String(status))

/** Milliseconds to wait before a repeat: what the server asked for, and a random part so that clients do not return at once. */
export const backoff = (repeats: number, retryAfter: number): number =>
  retryAfter + Math.random() * Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** repeats)

/** Milliseconds that a `Retry-After` header asks for, in seconds or as a date; 0 where it asks for nothing. */
export function waitOf(header: string | undefined): number {
  if (header === undefined) return 0
  const ms = /^\s*\d+(?:\.\d+)?\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return ms > 0 ? ms : 0
}
