/** Every error code of the API. */
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

/** The codes of failures that do not come from the API. */
export type LocalCode = 'not_configured' | 'connection_failed' | 'timed_out' | 'aborted' | 'unexpected_reply'

/** The values of {@link RunmetaError.code}. A newer server may add codes. */
export type ErrorCode = ProblemCode | LocalCode | (string & Record<never, never>)

/** The fields of every error. */
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
 * The base class of all errors of this package. Messages say what happened and in which call; they contain
 * neither values nor the API key.
 */
export class RunmetaError extends Error {
  /** The name of the class, even if a bundler has renamed the class. */
  declare readonly name: string
  /** The HTTP status of the reply, or the one that the API would return; undefined if there was no reply. */
  declare readonly status: number | undefined
  /** A code for what went wrong, stable across versions. */
  declare readonly code: ErrorCode
  /** The id of the request in the server's log. */
  declare readonly requestId: string | undefined
  /** Whether the same call may succeed later. */
  declare readonly retryable: boolean
  /** The number of requests sent for the call; 0 if it was refused before sending. */
  declare readonly attempts: number

  constructor(name: string, facts: ErrorFacts) {
    const { message, cause, ...rest } = facts
    super(message, cause === undefined ? undefined : { cause })
    Object.assign(this, { name, status: undefined, requestId: undefined, retryable: false, attempts: 0, ...rest })
  }
}
