/** What goes wrong on the way to the server, and what a caller sees then. The README of the package has this table. */

export type FaultName =
  | 'reset before the server acts'
  | 'reset after the server acted'
  | 'stale socket, reset'
  | 'stale socket, closed'
  | 'no answer'
  | 'late headers'
  | 'body that stops'
  | 'body that is cut'
  | '429 with Retry-After in seconds'
  | '429 with Retry-After as a date'
  | '503 with a page'
  | '403 with a page'
  | '200 with a page'
  | 'redirect to another host'

export interface FaultRow {
  readonly fault: FaultName
  /** How many requests in a row meet it. */
  readonly times: number
  readonly retries: number
  /** The class of the error; nothing where the log succeeds. */
  readonly error?: string
  /** Requests that are sent for the call. A page does not see what closed a connection, so it has no free repeat. */
  readonly attempts: number
  readonly attemptsInPage?: number
  /** How often the server has the log. */
  readonly effect: 0 | 1
  /** Whether a request goes through before, so that the log meets a connection that was used. */
  readonly isWarm?: true
  /** Milliseconds within which the reply to one attempt must come. */
  readonly timeout?: number
  /** Milliseconds that the reply asks to wait before the next request, at least. */
  readonly wait?: number
}

/** How a runtime reaches the server. Runtimes tell of a failed connection in other words where it is encrypted. */
export const SCHEMES = ['http', 'https'] as const
export type Scheme = (typeof SCHEMES)[number]

const ALWAYS = 99

export const FAULTS: readonly FaultRow[] = [
  { fault: 'reset before the server acts', times: 1, retries: 2, attempts: 2, effect: 1 },
  {
    fault: 'reset before the server acts',
    times: ALWAYS,
    retries: 2,
    error: 'ConnectionError',
    attempts: 4,
    attemptsInPage: 3,
    effect: 0,
  },
  { fault: 'reset after the server acted', times: 1, retries: 2, attempts: 2, effect: 1 },
  { fault: 'stale socket, reset', isWarm: true, times: 1, retries: 0, attempts: 2, effect: 1 },
  { fault: 'stale socket, closed', isWarm: true, times: 1, retries: 0, attempts: 2, effect: 1 },
  {
    fault: 'no answer',
    times: ALWAYS,
    retries: 2,
    error: 'TimeoutError',
    attempts: 3,
    effect: 0,
    timeout: 1000,
  },
  { fault: 'late headers', times: 1, retries: 2, attempts: 2, effect: 1, timeout: 5000 },
  { fault: 'body that stops', times: 1, retries: 2, attempts: 2, effect: 1, timeout: 5000 },
  { fault: 'body that is cut', times: 1, retries: 2, attempts: 2, effect: 1 },
  { fault: '429 with Retry-After in seconds', times: 1, retries: 2, attempts: 2, effect: 1, wait: 1000 },
  { fault: '429 with Retry-After as a date', times: 1, retries: 2, attempts: 2, effect: 1, wait: 1000 },
  { fault: '503 with a page', times: 1, retries: 2, attempts: 2, effect: 1 },
  {
    fault: '503 with a page',
    times: ALWAYS,
    retries: 2,
    error: 'UnexpectedReplyError',
    attempts: 3,
    effect: 0,
  },
  { fault: '403 with a page', times: ALWAYS, retries: 2, error: 'UnexpectedReplyError', attempts: 1, effect: 0 },
  { fault: '200 with a page', times: ALWAYS, retries: 2, error: 'UnexpectedReplyError', attempts: 1, effect: 0 },
  {
    fault: 'redirect to another host',
    times: ALWAYS,
    retries: 2,
    error: 'UnexpectedReplyError',
    attempts: 1,
    effect: 0,
  },
]

export const isAlways = ({ times }: FaultRow): boolean => times === ALWAYS

/** Milliseconds for a whole call. */
export const BUDGET_MS = 60_000

/** The key that a row logs to, which is a part of the path as well. */
export const keyOf = (row: FaultRow): string => `${FAULTS.indexOf(row)}`

/** The run that a runtime logs to through the faults, which is a part of the path as well. */
export const runOf = (runtime: string, scheme: Scheme): string => `faults-${runtime}-${scheme}`
