import { ConfigurationError } from '../error/local.ts'
import { isRunHandle } from '../run/brand.ts'
import type { Calls, RunHandle } from '../run/handle.ts'
import { currentContext, within } from './context.ts'

/**
 * Calls `fn` in the context of a run: logs in it go to that run unless they name another, also after an
 * `await`. A step around the call does not apply inside it.
 *
 * ```ts
 * const run = await client.createRun({ name: 'nightly' })
 * await withRun(run, () => trainModel(rows))
 * ```
 *
 * @param run a handle, whose client is then used too, or an id, name or prefix
 * @returns what `fn` returns
 * @throws ConfigurationError if the runtime has no AsyncLocalStorage
 */
export function withRun<Result>(
  run: RunHandle | string,
  fn: () => Result,
  options: { readonly client?: Calls | undefined } = {},
): Result {
  if (typeof run !== 'string' && !isRunHandle(run)) {
    throw new ConfigurationError('withRun() takes a run, or its id, name or prefix; await what createRun() gives')
  }
  const {
    reference,
    client,
    exact = false,
  } = typeof run === 'string' ? { reference: run, client: currentContext().client } : run
  const name: string | undefined = Reflect.get(Object(run), 'name')
  const context = { client: options.client ?? client, run: reference, step: undefined, exact, name }
  return within(() => context, fn)
}
