import { Client } from './client.ts'
import { currentContext } from './context/context.ts'
import type { Metadata } from './run/fields.ts'
import type { CreatedRun, PipelineRun } from './run/handle.ts'
import type { NewRunOptions, ReadOptions } from './run/options.ts'

let fromEnvironment: Client | undefined

/** The client that the environment variables configure. */
function environmentClient(): Client {
  fromEnvironment ??= new Client()
  return fromEnvironment
}

/**
 * A run with its latest metadata. Uses the client of the run around the call, else one configured by `RUNMETA_URL` and
 * `RUNMETA_API_KEY`. See {@link Client.getPipelineRun}.
 */
export async function getPipelineRun<Data extends object = Metadata>(
  reference: string,
  options?: ReadOptions,
): Promise<PipelineRun<Data>> {
  const client = currentContext().client ?? environmentClient()
  return await client.getPipelineRun<Data>(reference, options)
}

/**
 * Creates a run, calls `fn` in its context, and then sets the run's status. See {@link Client.withNewRun}.
 *
 * ```ts
 * await withNewRun({ pipeline: 'iris' }, async () => {
 *   await logMetadata({ metadata: { rows: 150 } })
 * })
 * ```
 *
 * @param run `client` is the one to use; by default one configured by `RUNMETA_URL` and `RUNMETA_API_KEY`
 */
export async function withNewRun<Result>(
  run: NewRunOptions & { readonly client?: Client | undefined },
  fn: (run: CreatedRun) => Result,
): Promise<Awaited<Result>> {
  const { client = environmentClient(), ...options } = run
  return await client.withNewRun(options, fn)
}
