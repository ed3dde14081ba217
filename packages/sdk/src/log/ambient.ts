import { currentContext } from '../context/context.ts'
import { type Connection, connect } from '../options.ts'
import { logWith } from './log.ts'
import type { TargetedLog } from './options.ts'
import type { LogReceipt } from './receipt.ts'

/** A client, or a spool. */
export interface Logger {
  logMetadata(log: TargetedLog): Promise<LogReceipt | undefined>
}

let fromEnvironment: Connection | undefined

/**
 * Logs metadata to the run and the step around the call. See {@link Client.logMetadata}.
 *
 * ```ts
 * await logMetadata({ metadata: { accuracy: 0.97 } })
 * await logMetadata({ metadata: { reviewed: true }, runIdNameOrPrefix: 'nightly' })
 * ```
 *
 * @param log `client` is the one to use; by default that of the run around the call, else one configured by `RUNMETA_URL`
 * and `RUNMETA_API_KEY`
 */
export async function logMetadata(
  log: TargetedLog & { readonly client?: Logger | undefined },
): Promise<LogReceipt | undefined> {
  const { client = currentContext().client, ...rest } = log
  if (client !== undefined) return await client.logMetadata(rest)
  // A whole client would add all of its calls to a bundle that only logs.
  fromEnvironment ??= connect({})
  return await logWith(fromEnvironment, rest)
}
