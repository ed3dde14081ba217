/** The upper bound of the first wait in milliseconds; it doubles with each retry. */
const FIRST_WAIT_MS = 250
/** The greatest upper bound in milliseconds, unless the server asks for more. */
const MAX_WAIT_MS = 8000

/** Whether a call is retried after a reply with this status. */
export const isRetried = (status: number | undefined): boolean => /^(?:408|425|429|5\d\d)$/.test(String(status))

/** Milliseconds to wait before a retry: the time that the server asked for, and a random part so that clients do not return all at once. */
export const backoff = (repeats: number, retryAfter: number): number =>
  retryAfter + Math.random() * Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** repeats)

/** The time in a `Retry-After` header, given in seconds or as a date, in milliseconds; 0 if there is none. */
export function waitOf(header: string | undefined): number {
  if (header === undefined) return 0
  const ms = /^\s*\d+(?:\.\d+)?\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return ms > 0 ? ms : 0
}
