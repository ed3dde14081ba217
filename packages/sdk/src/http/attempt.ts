import type { RunmetaError } from '../error/error.ts'
import { AbortError, ConfigurationError, ConnectionError, TimeoutError } from '../error/local.ts'
import { isBrowser } from '../host.ts'
import type { Fetch, FetchRequest } from './fetch.ts'
import { networkReason, refusesCache } from './network.ts'
import type { Reply } from './reply.ts'
import { waitOf } from './retry.ts'
import { acquire, release, type Slots } from './slots.ts'
import { after, onAbort } from './timer.ts'

/** What all attempts of a client share. */
export interface Transport {
  readonly fetch: Fetch | undefined
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
  /** Milliseconds until the reply must have come whole. */
  readonly patience: number
  /** Milliseconds until the call is given up, by when it must have begun. */
  readonly remaining: number
  /** The caller's. */
  readonly signal: AbortSignal | undefined
  /** Tries so far, this one included. */
  readonly attempts: number
  /** What the try before this one failed with. */
  readonly previous: RunmetaError | undefined
}

/** A reply, with the milliseconds it asks to wait before another try, or why none came. */
export type Outcome = { readonly reply: Reply; readonly retryAfter: number } | { readonly error: RunmetaError }

/** Sends a request, and waits for all of its reply: the one place where `fetch` is called. */
export async function attempt(transport: Transport, call: Attempt): Promise<Outcome> {
  const { name, url, request, remaining, signal, attempts, previous } = call
  const ended = (sent: number) => ({
    error: new AbortError(`aborted (${name})`, { attempts: sent, cause: signal?.reason }),
  })
  const late = (ms: number, sent: number) => {
    const message = `no reply within ${Math.round(ms)} ms, at attempt ${attempts} (${name})`
    return { error: new TimeoutError(message, { attempts: sent, cause: previous }) }
  }
  if (signal?.aborted) return ended(attempts - 1)
  if (!(await acquire(transport.slots, remaining, signal))) {
    return signal?.aborted ? ended(attempts - 1) : late(remaining, attempts - 1)
  }

  const controller = new AbortController()
  const abort = () => controller.abort()
  const cancel = after(call.patience, abort)
  const forget = onAbort(signal, abort)
  try {
    const aborted = new Promise<never>((_, reject) => {
      controller.signal.addEventListener('abort', reject, { once: true })
    })
    // A `fetch` or a body that does not heed the signal must not hold up the call.
    return await Promise.race([exchange(transport, url, { ...request, signal: controller.signal }), aborted])
  } catch (cause) {
    if (cause instanceof ConfigurationError) return { error: cause }
    if (signal?.aborted) return ended(attempts)
    if (controller.signal.aborted) return late(call.patience, attempts)
    const { origin } = new URL(url)
    const hint = isBrowser() ? '; where the server runs, see whether RUNMETA_CORS_ORIGINS allows this page' : ''
    const message = `no reply from ${origin}: ${networkReason(cause)}${hint} (${name})`
    return { error: new ConnectionError(message, { attempts, cause }) }
  } finally {
    release(transport.slots)
    cancel()
    forget()
  }
}

async function exchange(transport: Transport, url: string, request: FetchRequest): Promise<Outcome> {
  const response = await fetchFresh(transport, url, request)
  const { status, headers } = response
  const text = await response.text()
  const header = (name: string) => headers.get(name) ?? undefined
  const reply = {
    status,
    requestId: header('x-request-id'),
    mediaType: header('content-type') ?? '',
    etag: header('etag'),
    text,
  }
  return { reply, retryAfter: waitOf(headers.get('retry-after')) }
}

/** Calls `fetch`, past any cache that it has. @throws ConfigurationError where there is none */
async function fetchFresh(transport: Transport, url: string, request: FetchRequest) {
  // Read now, as the global one may be replaced, and called without a `this`, which browsers demand.
  const fetch: Fetch | undefined = transport.fetch ?? globalThis.fetch
  if (typeof fetch !== 'function') {
    throw new ConfigurationError('no fetch in this runtime: set the option fetch, or globalThis.fetch')
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
