/** Faults on the way to the server, and their effect for the caller. The README of the package has this table. */

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
  /** The number of successive requests with the fault. */
  readonly times: number
  readonly retries: number
  /** The class of the error; undefined if the log succeeds. */
  readonly error?: string
  /** Requests for the call. A page cannot recognize a stale connection, so it gets no additional attempt. */
  readonly attempts: number
  readonly attemptsInPage?: number
  /** How often the server stores the log. */
  readonly effect: 0 | 1
  /** Whether a request succeeds before, so that the log uses an old connection. */
  readonly isWarm?: true
  /** The time-out of an attempt in milliseconds. */
  readonly timeout?: number
  /** The wait that the reply requests, in milliseconds. */
  readonly wait?: number
}

/** Each fault is tried with both, because runtimes report a failed TLS connection differently. */
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
    timeout: 3000,
  },
  { fault: 'late headers', times: 1, retries: 2, attempts: 2, effect: 1, timeout: 10_000 },
  { fault: 'body that stops', times: 1, retries: 2, attempts: 2, effect: 1, timeout: 10_000 },
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

/** The time-out of a whole call in milliseconds. */
export const BUDGET_MS = 60_000

/** The key of a row, which is also part of the path. */
export const keyOf = (row: FaultRow): string => `${FAULTS.indexOf(row)}`

/** The run of a runtime's faults, which is also part of the path. */
export const runOf = (runtime: string, scheme: Scheme): string => `faults-${runtime}-${scheme}`
