import { RunmetaError } from '../error/error.ts'
import type { OnError } from '../options.ts'

/**
 * Handles the failure of a log according to `onError`. An error that is a bug, and not a failed call, is always thrown.
 *
 * @param onErrorOf returns the option, and may throw itself
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
  // Awaited, so that an async function that rejects fails the call and not the process.
  await onError(error)
}
