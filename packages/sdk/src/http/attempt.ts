import type { RunmetaError } from '../error/error.ts'
import { AbortError, ConfigurationError, ConnectionError, TimeoutError } from '../error/local.ts'
import { isBrowser } from '../host.ts'
import type { Fetch, FetchReply, FetchRequest } from './fetch.ts'
import { networkReason, refusesCache } from './network.ts'
import type { Reply } from './reply.ts'
import { waitOf } from './retry.ts'
import { acquire, release, type Slots } from './slots.ts'
import { after, onAbort } from './timer.ts'

/** The state shared by all attempts of a client. */
export interface Transport {
  readonly fetch?: Fetch | undefined
  /** Milliseconds within which the reply to one attempt must be complete. */
  readonly timeout: number
  readonly slots: Slots
  /** Whether this `fetch` refused a request for its `cache` option. */
  omitsCache: boolean
}

/** One try of a call. */
export interface Attempt {
  /** Method and path, for messages. */
  readonly name: string
  readonly url: string
  readonly request: Omit<FetchRequest, 'signal' | 'cache'>
  /** When the call must end, by the clock of `performance`. */
  readonly deadline: number
  /** The caller's. */
  readonly signal: AbortSignal | undefined
  /** Tries so far, this one included. */
  readonly attempts: number
  /** The error of the previous attempt. */
  readonly previous: RunmetaError | undefined
}

/** Sends a request and waits for the whole reply, or returns the reason why there is none. Only this function calls `fetch`. */
export async function attempt(transport: Transport, call: Attempt): Promise<Reply | RunmetaError> {
  const { name, url, request, deadline, signal, attempts, previous } = call
  const timeLeft = () => Math.max(1, deadline - performance.now())
  /** Why there is no reply, after that many requests. */
  const ended = (sent: number, ms: number): RunmetaError => {
    if (signal?.aborted) return new AbortError(`aborted (${name})`, { attempts: sent, cause: signal.reason })
    const message = `no reply within ${Math.round(ms)} ms, at attempt ${attempts} (${name})`
    return new TimeoutError(message, { attempts: sent, cause: previous })
  }
  const waitMs = timeLeft()
  if (!(await acquire(transport.slots, waitMs, signal))) return ended(attempts - 1, waitMs)

  const timeoutMs = Math.min(transport.timeout, timeLeft())
  const controller = new AbortController()
  const abort = () => controller.abort()
  const cancel = after(timeoutMs, abort)
  const forget = onAbort(signal, abort)
  try {
    // Also if it aborted between the slot and the listener.
    if (signal?.aborted) return ended(attempts - 1, timeoutMs)
    const aborted = new Promise<never>((_, reject) => {
      controller.signal.addEventListener('abort', reject, { once: true })
    })
    // A `fetch` or a body that ignores the signal must not delay the call.
    const reply = exchange(transport, url, { ...request, signal: controller.signal })
    return { name, attempts, ...(await Promise.race([reply, aborted])) }
  } catch (cause) {
    if (cause instanceof ConfigurationError) return cause
    if (signal?.aborted || controller.signal.aborted) return ended(attempts, timeoutMs)
    const hint = isBrowser() ? '; does RUNMETA_CORS_ORIGINS of the server allow this page?' : ''
    const message = `no reply from ${new URL(url).origin}: ${networkReason(cause)}${hint} (${name})`
    return new ConnectionError(message, { attempts, cause })
  } finally {
    release(transport.slots)
    cancel()
    forget()
  }
}

async function exchange(transport: Transport, url: string, request: FetchRequest) {
  const response = await fetchFresh(transport, url, request)
  const text = await textOf(response)
  const header = (name: string) => response.headers?.get(name) ?? undefined
  return {
    status: response.status,
    requestId: header('x-request-id'),
    mediaType: header('content-type') ?? '',
    etag: header('etag'),
    retryAfter: waitOf(header('retry-after')),
    text,
  }
}

async function textOf(response: FetchReply): Promise<string> {
  if (typeof response?.text === 'function') return await response.text()
  if (typeof response?.json === 'function') return JSON.stringify(await response.json())
  throw new ConfigurationError('fetch must give a Response')
}

/** Calls `fetch` and bypasses its cache. @throws ConfigurationError if there is no `fetch` */
async function fetchFresh(transport: Transport, url: string, request: FetchRequest) {
  // Read now, as the global one may be replaced, and called without a `this`, which browsers demand.
  const fetch: Fetch | undefined = transport.fetch ?? globalThis.fetch
  if (typeof fetch !== 'function') {
    throw new ConfigurationError('no fetch in this runtime: set the option fetch')
  }
  if (transport.omitsCache) return await fetch(url, request)
  try {
    return await fetch(url, { ...request, cache: 'no-store' })
  } catch (error) {
    if (request.signal.aborted || !refusesCache(error)) throw error
    transport.omitsCache = true
    return await fetch(url, request)
  }
}
