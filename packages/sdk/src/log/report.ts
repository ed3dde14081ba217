import { RunmetaError } from '../error/error.ts'
import { type Connection, onErrorOf } from '../options.ts'

/** Handles the failure of a log according to `onError`. An error that is a bug, and not a failed call, is always thrown. */
export async function report(connection: Connection, error: unknown): Promise<undefined> {
  if (!(error instanceof RunmetaError)) throw error
  const onError = onErrorOf(connection)
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
