import { Client } from './client.ts'
import { currentClient } from './context.ts'
import type { CallOptions, Calls, PipelineRun, TargetedLog } from './run.ts'
import type { LogReceipt } from './wire.ts'

let fromEnvironment: Client | undefined

/** The client of the run around the call, else one that the environment sets up. */
function ambientClient(): Calls {
  const around = currentClient()
  if (around !== undefined) return around
  fromEnvironment ??= new Client()
  return fromEnvironment
}

/**
 * Logs metadata to the run and the step around the call. See {@link Client.logMetadata}.
 *
 * ```ts
 * await logMetadata({ metadata: { accuracy: 0.97 } })
 * await logMetadata({ metadata: { reviewed: true }, runIdNameOrPrefix: 'nightly' })
 * ```
 *
 * @param log `client` is the one to use; by default that of the run around the call, else one set up by `RUNMETA_URL`
 * and `RUNMETA_API_KEY`
 */
export async function logMetadata(
  log: TargetedLog & { readonly client?: Calls | undefined },
): Promise<LogReceipt | undefined> {
  const { client = ambientClient(), ...rest } = log
  return await client.logMetadata(rest)
}

/**
 * A run with its latest metadata, by the client of the run around the call, else by one set up by `RUNMETA_URL` and
 * `RUNMETA_API_KEY`. See {@link Client.getPipelineRun}.
 */
export async function getPipelineRun(reference: string, options?: CallOptions): Promise<PipelineRun> {
  return await ambientClient().getPipelineRun(reference, options)
}
