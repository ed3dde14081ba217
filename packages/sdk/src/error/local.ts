import { type ErrorFacts, RunmetaError } from './error.ts'

/** Something is not set that the call needs; the message says what to set. */
export class ConfigurationError extends RunmetaError {
  constructor(message: string) {
    super('ConfigurationError', { message, code: 'not_configured' })
  }
}

/** What is known of a call that failed on its way. */
export interface Failed {
  readonly attempts: number
  readonly cause?: unknown
}

/** No connection, or one that broke before the reply was complete. Whether the server acted is not known. */
export class ConnectionError extends RunmetaError {
  constructor(message: string, failed: Failed) {
    super('ConnectionError', { message, code: 'connection_failed', retryable: true, ...failed })
  }
}

/** No complete reply in time. Whether the server acted is not known. */
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

/** Something other than the API answered: a proxy, a gateway, or another server at this URL. */
export class UnexpectedReplyError extends RunmetaError {
  /** The first 4,096 characters of what was answered. */
  declare readonly body: string

  constructor(facts: Omit<ErrorFacts, 'code'> & { readonly body: string }) {
    super('UnexpectedReplyError', { code: 'unexpected_reply', ...facts })
  }
}
