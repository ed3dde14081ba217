import { ConfigurationError } from './error/local.ts'
import type { Fetch } from './http/fetch.ts'
import { RETRY } from './http/retry.ts'
import type { Settings } from './http/send.ts'
import type { OnError } from './run.ts'

export interface ClientOptions {
  /** Where the API is; it may have a path. @default `RUNMETA_URL`, read by each call */
  readonly url?: string | undefined
  /** An API key; a run token for a client that logs to its run. @default `RUNMETA_API_KEY`, read by each call */
  readonly apiKey?: string | undefined
  /** Sends the requests. @default the global one */
  readonly fetch?: Fetch | undefined
  /** Milliseconds within which the reply to one attempt must be complete. @default 20_000 */
  readonly timeout?: number | undefined
  /** Milliseconds for a whole call, with its repeats and the waits between them. @default 60_000 */
  readonly totalTimeout?: number | undefined
  /** How often a call is repeated, at most. A connection found closed is tried again besides, once. @default 4 */
  readonly retries?: number | undefined
  /** What a log does that fails; all other calls throw. @default 'throw' */
  readonly onError?: OnError | undefined
}

/** What a client works with. @throws ConfigurationError for a time or a number of retries that is none */
export function settingsOf(options: ClientOptions): { readonly settings: Settings; readonly onError: OnError } {
  const {
    url,
    apiKey,
    fetch,
    timeout = 20_000,
    totalTimeout = 60_000,
    retries = RETRY.retries,
    onError = 'throw',
  } = options
  // Written so that NaN is refused, too.
  if (!(timeout > 0)) throw new ConfigurationError('timeout must be milliseconds, more than 0')
  if (!(totalTimeout > 0)) throw new ConfigurationError('totalTimeout must be milliseconds, more than 0')
  if (!(retries >= 0)) throw new ConfigurationError('retries must be a number, 0 or more')
  if (!(onError === 'throw' || onError === 'warn' || typeof onError === 'function')) {
    throw new ConfigurationError("onError must be 'throw', 'warn' or a function")
  }
  return { settings: { url, apiKey, fetch, timeout, totalTimeout, retries }, onError }
}
