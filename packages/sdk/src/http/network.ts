/**
 * What runtimes call a connection that the other side had closed, as while a function was frozen or a computer slept:
 * codes of Node and Bun, and messages of Deno and workerd, whose errors have no code.
 */
const CLOSED =
  /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET|ConnectionClosed|ConnectionReset)$|connection (?:closed before message|reset by peer|error: connection (?:reset|closed))|broken pipe|socket connection was closed|network connection lost/i

/** The errors that a failure of `fetch` holds in one another: runtimes keep what happened at different depths. */
function* causesOf(error: unknown): Generator<{ readonly code: string | undefined; readonly message: string }> {
  let cause = error
  for (let depth = 0; depth < 4 && typeof cause === 'object' && cause !== null; depth++) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
    yield { code, message: 'message' in cause ? String(cause.message) : '' }
    cause = 'cause' in cause ? cause.cause : undefined
  }
}

/** Whether a connection failed because the other side had closed it before. */
export const isClosedSocket = (error: unknown): boolean =>
  [...causesOf(error)].some(({ code = '', message }) => CLOSED.test(code) || CLOSED.test(message))

/** What happened, as the innermost error says it: `connect ECONNREFUSED 127.0.0.1:8787`. */
export function networkReason(error: unknown): string {
  const causes = [...causesOf(error)].reverse()
  const code = causes.find((cause) => cause.code !== undefined)?.code
  const message = causes.find((cause) => cause.message !== '')?.message
  if (message === undefined) return code ?? (typeof error === 'string' ? error : 'network error')
  return code === undefined || message.includes(code) ? message : `${message} (${code})`
}

/** Whether a runtime refused a request for its `cache`, which some releases of workerd do not know. */
export const refusesCache = (error: unknown): boolean =>
  [...causesOf(error)].some(({ message }) =>
    /['"`]cache['"`]|cache mode|cache.*not (?:implemented|supported)/i.test(message),
  )
