import { RunmetaError } from '../error/error.ts'
import { ConfigurationError } from '../error/local.ts'
import { isDisabled } from '../host.ts'
import { attempt, type Transport } from './attempt.ts'
import { endpoint } from './endpoint.ts'
import { isClosedSocket } from './network.ts'
import { type Decode, interpret } from './reply.ts'
import { backoff } from './retry.ts'
import { pause } from './timer.ts'

/** What a client sends its calls with. Times are milliseconds. */
export interface Settings extends Transport {
  readonly url: string | undefined
  readonly apiKey: string | undefined
  readonly timeout: number
  readonly totalTimeout: number
  readonly retries: number
}

/** How long a caller waits. */
export interface Waiting {
  readonly signal?: AbortSignal | undefined
  /** When it waits no longer, by the clock of `performance`. @default when the settings' time for a whole call is over */
  readonly until?: number | undefined
}

/** When a call that begins now is given up. */
export const deadlineOf = ({ totalTimeout }: Settings): number => performance.now() + totalTimeout

/** A call of the API. */
export interface Call<Result> extends Waiting {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** From the API's root on, encoded. */
  readonly path: string
  /** JSON. */
  readonly body?: string
  readonly idempotencyKey?: string
  /** The `ETag` of what the caller has: the reply is 304 where that is still so. */
  readonly etag?: string | undefined
  /** Whether a repeat would do it twice: then it is made again only where the API says that it was not done. @default false */
  readonly isOnce?: boolean
  readonly decode: Decode<Result>
}

/**
 * Makes a call, as often as the settings allow, and gives what it was answered.
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

  for (let attempts = 1; ; attempts++) {
    const remaining = Math.max(1, timeLeft())
    const timeoutMs = Math.min(settings.timeout, remaining)
    const { signal } = call
    const times = { timeoutMs, remaining, signal, attempts, previous }
    const outcome = await attempt(settings, { name, url: url + call.path, request, ...times })
    const result = 'error' in outcome ? outcome.error : interpret(outcome.reply, { name, attempts }, call.decode)
    if (!(result instanceof RunmetaError)) return result
    if (!result.retryable || timeLeft() <= 0) throw result
    if (call.isOnce && result.code !== 'rate_limited') throw result
    previous = result
    if (isFree && isClosedSocket(result.cause)) {
      isFree = false
      continue
    }
    if (repeats >= settings.retries) throw result
    const wait = backoff(repeats++, 'error' in outcome ? 0 : outcome.retryAfter)
    // Nothing could be sent after such a wait, so what is known is said now.
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
    // The API never redirects. What does could turn a log into a GET, or be handed the key.
    redirect: 'manual' as const,
  }
}
