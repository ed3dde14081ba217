import { ConfigurationError } from '../error/local.ts'
import { environment } from '../host.ts'
import { apiKeyOf } from '../http/endpoint.ts'
import type { TargetedLog } from '../log/options.ts'
import type { Connection } from '../options.ts'
import { idOf } from '../run/path.ts'
import { currentContext } from './context.ts'

/** The run and the step of a log. */
export interface Target {
  /** Id, name or prefix. */
  readonly run: string
  readonly step: string | undefined
  /** Whether the reference must not be a prefix. */
  readonly exact: boolean
}

const RUN_TOKEN = /^rmt_[^_]+_([\da-f]{32})_/

/** The run of a client's run token, or undefined if the client's key is not a run token. */
export const runOfToken = (connection: Pick<Connection, 'apiKey'>): string | undefined =>
  idOf(RUN_TOKEN.exec(apiKeyOf(connection) ?? '')?.[1])

/**
 * The target of a log: what the call names, else the context around it, else the run of the client's token, else the
 * environment.
 *
 * @throws ConfigurationError if none of them names a run
 */
export function targetOf(
  given: Pick<TargetedLog, 'runIdNameOrPrefix' | 'stepName' | 'exact'>,
  connection: Connection,
): Target {
  const { runIdNameOrPrefix, stepName, exact = false } = given
  // A step belongs to a run, so the step around the call does not apply to another run that the call names.
  if (runIdNameOrPrefix !== undefined) return { run: runIdNameOrPrefix, step: stepName, exact }
  const around = currentContext()
  const fromEnvironment = environment('RUNMETA_RUN_ID')
  const run = around.run ?? runOfToken(connection) ?? fromEnvironment
  if (run === undefined) {
    throw new ConfigurationError(
      'no run to log to: set RUNMETA_RUN_ID, log inside withRun(…), or name it by runIdNameOrPrefix',
    )
  }
  // The step in the environment belongs to the run there, or else to the run around the call.
  const isOfRun = [undefined, run, around.name].includes(fromEnvironment) || idOf(fromEnvironment) === run
  return {
    run,
    exact: given.exact ?? around.exact ?? false,
    step: stepName ?? around.step ?? (isOfRun ? environment('RUNMETA_STEP_NAME') : undefined),
  }
}
