import { type ErrorFacts, RunmetaError } from './error.ts'

/** A setting that the call needs is missing or invalid; the message says what to set. */
export class ConfigurationError extends RunmetaError {
  constructor(message: string) {
    super('ConfigurationError', { message, code: 'not_configured' })
  }
}

/** The details of a call that failed in transit. */
export interface Failed {
  readonly attempts: number
  readonly cause?: unknown
}

/** The connection failed, or broke before the reply was complete. The server may or may not have acted. */
export class ConnectionError extends RunmetaError {
  constructor(message: string, failed: Failed) {
    super('ConnectionError', { message, code: 'connection_failed', retryable: true, ...failed })
  }
}

/** No complete reply arrived in time. The server may or may not have acted. */
export class TimeoutError extends RunmetaError {
  constructor(message: string, failed: Failed) {
    super('TimeoutError', { message, code: 'timed_out', retryable: true, ...failed })
  }
}

/** The caller's `signal` ended the call; its reason is the `cause`. */
export class AbortError extends RunmetaError {
  constructor(message: string, failed: Failed) {
    super('AbortError', { message, code: 'aborted', ...failed })
  }
}

/** Something other than the API replied: a proxy, a gateway, or another server at this URL. */
export class UnexpectedReplyError extends RunmetaError {
  /** The first 4,096 characters of the reply. */
  declare readonly body: string

  constructor(facts: Omit<ErrorFacts, 'code'> & { readonly body: string }) {
    super('UnexpectedReplyError', { code: 'unexpected_reply', ...facts })
  }
}
