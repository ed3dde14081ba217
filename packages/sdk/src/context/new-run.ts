import { report } from '../log/report.ts'
import type { Connection } from '../options.ts'
import { createRun, standIn } from '../run/create.ts'
import type { RunStatus } from '../run/fields.ts'
import { type Calls, CreatedRun } from '../run/handle.ts'
import type { NewRunOptions } from '../run/options.ts'
import { withRun } from './run.ts'

/** See {@link Client.withNewRun}. */
export async function withNewRunBy<Result>(
  client: Calls,
  connection: Connection,
  options: NewRunOptions,
  fn: (run: CreatedRun) => Result,
): Promise<Awaited<Result>> {
  const run = new CreatedRun(client, await createOrStandIn(connection, options))
  const end = (status: RunStatus): Promise<unknown> => run.update({ status })
  const reported = (error: unknown) => report(connection, error)
  let result: Awaited<Result>
  try {
    result = await withRun(run, () => fn(run))
  } catch (error) {
    // The caller must see the function's own error.
    await end('failed')
      .catch(reported)
      .catch(() => undefined)
    throw error
  }
  await end('completed').catch(reported)
  return result
}

/** Creates a run. If that fails and `onError` does not throw, returns a run that exists only in this process. */
async function createOrStandIn(connection: Connection, { signal, ...options }: NewRunOptions) {
  try {
    return await createRun(connection, options, { signal, call: 'withNewRun' })
  } catch (error) {
    await report(connection, error)
    return standIn(options)
  }
}
