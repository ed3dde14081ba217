/** What runtimes throw. */
interface Failure {
  readonly message?: unknown
  readonly code?: unknown
  readonly cause?: unknown
}

const isFailure = (error: unknown): error is Failure => typeof error === 'object' && error !== null

/** The messages of a `fetch` error and of all its causes: runtimes put the reason at different depths. */
export function networkReason(error: unknown): string {
  const reasons: string[] = []
  for (let cause = error; isFailure(cause) && reasons.length < 4; cause = cause.cause) {
    const message = String(cause.message ?? '')
    const code = String(cause.code ?? '')
    reasons.push(message.includes(code) ? message : `${message} (${code})`)
  }
  return reasons.join(': ') || String(error)
}

/**
 * Whether a connection failed because the other side had already closed it, for example while a function was frozen or a computer
 * slept. Node and Bun say so by a code; Deno and workerd by a message.
 */
export const isClosedSocket = (error: unknown): boolean =>
  /reset|closed|EPIPE|broken pipe|UND_ERR_SOCKET|connection lost/i.test(networkReason(error))

/** Whether a runtime refused a request for its `cache`, which some releases of workerd do not know. */
export const refusesCache = (error: unknown): boolean =>
  /'cache'|cache mode|cache.*not (?:implemented|supported)/i.test(networkReason(error))
