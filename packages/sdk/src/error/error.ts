/** Every code that the API refuses with. */
export type ProblemCode =
  | 'bad_request'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'run_not_found'
  | 'key_not_found'
  | 'method_not_allowed'
  | 'ambiguous_run'
  | 'name_taken'
  | 'id_taken'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'invalid_value'
  | 'idempotency_key_reused'
  | 'rate_limited'
  | 'internal'
  | 'store_unavailable'

/** The codes of failures that the API had no part in. */
export type LocalCode = 'not_configured' | 'connection_failed' | 'timed_out' | 'aborted' | 'unexpected_reply'

/** What {@link RunmetaError.code} can be. It is open: a newer server may refuse with a code that is not known here. */
export type ErrorCode = ProblemCode | LocalCode | (string & Record<never, never>)

/** What every error is made of. */
export interface ErrorFacts {
  readonly message: string
  readonly code: ErrorCode
  readonly status?: number | undefined
  readonly requestId?: string | undefined
  /** @default false */
  readonly retryable?: boolean
  /** @default 0 */
  readonly attempts?: number
  readonly cause?: unknown
}

/**
 * The base of all errors that calls of this package fail with. Messages say what happened and to which call; they hold
 * neither values nor the API key.
 */
export class RunmetaError extends Error {
  /** That of its class, also where a bundler has renamed the class. */
  declare readonly name: string
  /** HTTP status of the reply, or of the one the API would give; nothing where no reply came. */
  declare readonly status: number | undefined
  /** What went wrong, stable across versions. */
  declare readonly code: ErrorCode
  /** Finds the request in the server's log. */
  declare readonly requestId: string | undefined
  /** Whether the same call may succeed later. */
  declare readonly retryable: boolean
  /** Requests that were sent for the call, 0 where it was refused before. */
  declare readonly attempts: number

  constructor(name: string, facts: ErrorFacts) {
    const { message, cause, ...rest } = facts
    super(message, cause === undefined ? undefined : { cause })
    Object.assign(this, { name, status: undefined, requestId: undefined, retryable: false, attempts: 0, ...rest })
  }
}
