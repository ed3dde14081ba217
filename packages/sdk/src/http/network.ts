/** What a failure of `fetch` says, with what the errors inside it say: runtimes keep what happened at different depths. */
export function networkReason(error: unknown): string {
  const reasons: string[] = []
  for (let cause = error; typeof cause === 'object' && cause !== null && reasons.length < 4; ) {
    const message = 'message' in cause ? String(cause.message) : ''
    const code = 'code' in cause ? String(cause.code) : ''
    reasons.push(message.includes(code) ? message : `${message} (${code})`)
    cause = 'cause' in cause ? cause.cause : undefined
  }
  return reasons.join(': ') || String(error)
}

/**
 * Whether a connection failed because the other side had closed it before, as while a function was frozen or a computer
 * slept. Node and Bun say so by a code; Deno and workerd by a message.
 */
export const isClosedSocket = (error: unknown): boolean =>
  /reset|closed|EPIPE|broken pipe|UND_ERR_SOCKET|connection lost/i.test(networkReason(error))

/** Whether a runtime refused a request for its `cache`, which some releases of workerd do not know. */
export const refusesCache = (error: unknown): boolean =>
  /'cache'|cache mode|cache.*not (?:implemented|supported)/i.test(networkReason(error))
