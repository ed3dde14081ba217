import type { RunmetaError } from '../error/error.ts'
import { AbortError, ConnectionError, TimeoutError } from '../error/local.ts'
import type { Fetch, FetchRequest } from './fetch.ts'
import type { Reply } from './reply.ts'
import { networkCode, waitOf } from './retry.ts'

/** Milliseconds that a timer can hold: of more it makes 1. */
const MAX_TIMER = 2 ** 31 - 1

/** One try of a call. */
export interface Attempt {
  /** Method and path, for messages. */
  readonly name: string
  readonly url: string
  readonly request: Omit<FetchRequest, 'signal'>
  /** Milliseconds until the reply must have come whole. */
  readonly patience: number
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
export async function attempt(fetch: Fetch, call: Attempt): Promise<Outcome> {
  const { name, url, request, patience, signal, attempts, previous } = call
  const ended = (sent: number) => ({
    error: new AbortError(`aborted (${name})`, { attempts: sent, cause: signal?.reason }),
  })
  if (signal?.aborted) return ended(attempts - 1)

  const controller = new AbortController()
  const abort = () => controller.abort()
  const timer = setTimeout(abort, Math.min(patience, MAX_TIMER))
  signal?.addEventListener('abort', abort)
  try {
    return await Promise.race([
      exchange(fetch, url, { ...request, signal: controller.signal }),
      aborted(controller.signal),
    ])
  } catch (cause) {
    if (signal?.aborted) return ended(attempts)
    if (controller.signal.aborted) {
      const message = `no reply within ${Math.round(patience)} ms, at attempt ${attempts} (${name})`
      return { error: new TimeoutError(message, { attempts, cause: previous }) }
    }
    const code = networkCode(cause) ?? 'network error'
    return {
      error: new ConnectionError(`no reply from ${new URL(url).origin}: ${code} (${name})`, { attempts, cause }),
    }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

async function exchange(fetch: Fetch, url: string, request: FetchRequest): Promise<Outcome> {
  const response = await fetch(url, request)
  const { status, headers } = response
  const text = await response.text()
  const requestId = headers.get('x-request-id') ?? undefined
  const reply = { status, requestId, mediaType: headers.get('content-type') ?? '', text }
  return { reply, retryAfter: waitOf(headers.get('retry-after')) }
}

/** Fails as soon as a signal aborts: a `fetch` or a body that does not heed it must not hold up the call. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', reject, { once: true })
  })
