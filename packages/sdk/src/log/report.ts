import { RunmetaError } from '../error/error.ts'
import type { OnError } from '../options.ts'

/**
 * Treats the failure of a log as the client was told to. What is no failure of a call, but a bug, always throws.
 *
 * @param onErrorOf gives what was told, which may fail itself
 */
export async function report(onErrorOf: () => OnError, error: unknown): Promise<undefined> {
  if (!(error instanceof RunmetaError)) throw error
  const onError = onErrorOf()
  if (onError === 'throw') throw error
  if (onError === 'warn') {
    const request = error.requestId === undefined ? '' : `, request ${error.requestId}`
    // biome-ignore lint/suspicious/noConsole: it is what the caller asked for
    console.warn(`runmeta: metadata was not logged: ${error.message} [${error.code}${request}]`)
    return
  }
  // Awaited, so that a function that fails later fails the call, and not the process.
  await onError(error)
}
