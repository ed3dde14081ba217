import { ConfigurationError } from './error/local.ts'
import { type AsyncStorage, asyncStorage, environment } from './host.ts'
import { type Calls, RunHandle, type TargetedLog } from './run.ts'

/** What a call is made in. */
interface Context {
  readonly client: Calls | undefined
  readonly run: string | undefined
  readonly step: string | undefined
}

/** What a log is for. */
export interface Target {
  /** Id, name or prefix. */
  readonly run: string
  readonly step: string | undefined
}

const NONE: Context = { client: undefined, run: undefined, step: undefined }

let storage: AsyncStorage<Context> | undefined

const current = (): Context => storage?.getStore() ?? NONE

/** The client of the run around the call. */
export const currentClient = (): Calls | undefined => current().client

/**
 * Calls `fn` in the context of a run: what is logged in it goes to that run unless it names another, also after an
 * `await`. It begins anew: a step around it does not reach into it.
 *
 * ```ts
 * const run = await client.createRun({ name: 'nightly' })
 * await withRun(run, () => trainModel(rows))
 * ```
 *
 * @param run a handle, whose client is then used as well, or an id, name or prefix
 * @returns what `fn` returns
 * @throws ConfigurationError where the runtime has no AsyncLocalStorage
 */
export function withRun<Result>(
  run: RunHandle | string,
  fn: () => Result,
  options: { readonly client?: Calls | undefined } = {},
): Result {
  if (typeof run !== 'string' && !(run instanceof RunHandle)) {
    throw new ConfigurationError('withRun() takes a run, or its id, name or prefix; await what createRun() gives')
  }
  const [reference, itsClient] = typeof run === 'string' ? [run, currentClient()] : [run.reference, run.client]
  return within({ client: options.client ?? itsClient, run: reference, step: undefined }, fn)
}

/**
 * Makes a function a step: what is logged while it runs goes to the step of that name and, unless `logRelatedEntities`
 * is false, to the run. Of nested steps the innermost counts.
 *
 * ```ts
 * const trainModel = step('train_model', async (rows: Row[]) => {
 *   const { accuracy } = train(rows)
 *   await logMetadata({ metadata: { accuracy } })
 * })
 * ```
 *
 * @returns a function that takes and returns what `fn` does; it throws a ConfigurationError where the runtime has no
 * AsyncLocalStorage
 */
export function step<This, Parameters extends unknown[], Result>(
  name: string,
  fn: (this: This, ...parameters: Parameters) => Result,
): (this: This, ...parameters: Parameters) => Result {
  return function inStep(...parameters) {
    return within({ ...current(), step: name }, () => fn.apply(this, parameters))
  }
}

function within<Result>(context: Context, fn: () => Result): Result {
  storage ??= asyncStorage<Context>()
  if (storage === undefined) {
    throw new ConfigurationError(
      'withRun() and step() need AsyncLocalStorage, which this runtime lacks: use client.run(…).logMetadata(…) and client.run(…).step(…).logMetadata(…)',
    )
  }
  return storage.run(context, fn)
}

/** What a log is for: what it names, else the context around it, else the environment. @throws ConfigurationError */
export function targetOf({ runIdNameOrPrefix, stepName }: TargetedLog): Target {
  // A step belongs to a run, so one around the call says nothing about a run that the call names.
  if (runIdNameOrPrefix !== undefined) return { run: runIdNameOrPrefix, step: stepName }
  const around = current()
  const given = environment('RUNMETA_RUN_ID')
  const run = around.run ?? given
  if (run === undefined) {
    throw new ConfigurationError(
      'no run to log to: set RUNMETA_RUN_ID, log inside withRun(…), or name it by runIdNameOrPrefix',
    )
  }
  // The step of the environment is a step of its run: of the one around the call where it names no other.
  const isOfRun = given === undefined || given === run
  return { run, step: stepName ?? around.step ?? (isOfRun ? environment('RUNMETA_STEP_NAME') : undefined) }
}
