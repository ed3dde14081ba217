import { RunmetaError } from '../error/error.ts'
import { ConfigurationError } from '../error/local.ts'
import { isDisabled } from '../host.ts'
import { attempt, type Transport } from './attempt.ts'
import { endpoint } from './endpoint.ts'
import { isClosedSocket } from './network.ts'
import { type Decoding, interpret } from './reply.ts'
import { backoff } from './retry.ts'
import { pause } from './timer.ts'

/** The settings of a client's calls. */
export interface Settings extends Transport {
  readonly url?: string | undefined
  readonly apiKey?: string | undefined
  /** Milliseconds for a whole call. */
  readonly totalTimeout: number
  readonly retries: number
}

/** How long a caller waits. */
export interface Waiting {
  readonly signal?: AbortSignal | undefined
  /** The deadline, by the clock of `performance`. @default after the client's `totalTimeout` */
  readonly until?: number | undefined
}

/** The deadline of a call that begins now. */
export const deadlineOf = ({ totalTimeout }: Settings): number => performance.now() + totalTimeout

/** A call of the API. */
export interface Call<Result> extends Waiting, Decoding<Result> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** The path below the API's root, encoded. */
  readonly path: string
  /** JSON. */
  readonly body?: string
  readonly idempotencyKey?: string
  /** The `ETag` of the state that the caller has: if it is still current, the reply is 304. */
  readonly etag?: string | undefined
  /** Whether a retry could take effect twice: then the call is retried only if the API says that it did not act. @default false */
  readonly isOnce?: boolean
  /** The result of the call if a retry gets this error because an earlier attempt took effect; undefined if it is a failure. */
  readonly settle?: (error: RunmetaError) => Result | undefined
}

/**
 * Makes a call, with as many retries as the settings allow, and returns the decoded reply.
 *
 * @throws RunmetaError
 */
export async function send<Result>(settings: Settings, call: Call<Result>): Promise<Result> {
  if (isDisabled()) throw new ConfigurationError('nothing is sent while RUNMETA_DISABLED is set')
  const { url, apiKey } = endpoint(settings)
  const name = `${call.method} ${url.replace(/^\w+:\/\/[^/]+/, '')}${call.path}`
  const deadline = call.until ?? deadlineOf(settings)
  const timeLeft = () => deadline - performance.now()
  const request = requestOf(call, apiKey)
  let repeats = 0
  let isFree = true
  let previous: RunmetaError | undefined
  let mayHaveActed = false

  for (let attempts = 1; ; attempts++) {
    const { path, signal } = call
    const reply = await attempt(settings, { name, url: url + path, request, deadline, signal, attempts, previous })
    const result = reply instanceof RunmetaError ? reply : interpret(reply, call)
    if (!(result instanceof RunmetaError)) return result
    const settled = mayHaveActed ? call.settle?.(result) : undefined
    if (settled !== undefined) return settled
    if (result.code !== 'rate_limited') mayHaveActed = true
    if (!result.retryable || timeLeft() <= 0) throw result
    if (call.isOnce && mayHaveActed) throw result
    previous = result
    if (isFree && isClosedSocket(result.cause)) {
      isFree = false
      continue
    }
    if (repeats >= settings.retries) throw result
    const wait = backoff(repeats++, reply instanceof RunmetaError ? 0 : reply.retryAfter)
    // The deadline would pass during this wait, so throw now.
    if (wait >= timeLeft()) throw result
    await pause(wait, signal)
  }
}

function requestOf({ method, body, idempotencyKey, etag }: Call<unknown>, apiKey: string) {
  return {
    method,
    headers: {
      accept: 'application/json, application/problem+json',
      authorization: `Bearer ${apiKey}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      ...(etag !== undefined && { 'if-none-match': etag }),
    },
    ...(body !== undefined && { body }),
    // The API never redirects. Following a redirect could turn a log into a GET, or leak the key.
    redirect: 'manual' as const,
  }
}
