import { ConfigurationError } from '../error/local.ts'
import { environment } from '../host.ts'
import { apiKeyOf } from '../http/endpoint.ts'
import type { TargetedLog } from '../log/options.ts'
import type { Connection } from '../options.ts'
import { idOf } from '../run/path.ts'
import { currentContext } from './context.ts'

/** What a log is for. */
export interface Target {
  /** Id, name or prefix. */
  readonly run: string
  readonly step: string | undefined
  /** Whether the run must not be found by a prefix. */
  readonly exact: boolean
}

const RUN_TOKEN = /^rmt_[^_]+_([\da-f]{32})_/

/** The run of a client's run token, or undefined if the client's key is not a run token. */
export const runOfToken = (connection: Pick<Connection, 'apiKey'>): string | undefined =>
  idOf(RUN_TOKEN.exec(apiKeyOf(connection) ?? '')?.[1])

/**
 * What a log is for: what it names, else the context around it, else the run of the client's token, else the
 * environment.
 *
 * @throws ConfigurationError where none of them names a run
 */
export function targetOf(
  given: Pick<TargetedLog, 'runIdNameOrPrefix' | 'stepName' | 'exact'>,
  connection: Connection,
): Target {
  const { runIdNameOrPrefix, stepName, exact = false } = given
  // A step belongs to a run, so one around the call says nothing about a run that the call names.
  if (runIdNameOrPrefix !== undefined) return { run: runIdNameOrPrefix, step: stepName, exact }
  const around = currentContext()
  const fromEnvironment = environment('RUNMETA_RUN_ID')
  const run = around.run ?? runOfToken(connection) ?? fromEnvironment
  if (run === undefined) {
    throw new ConfigurationError(
      'no run to log to: set RUNMETA_RUN_ID, log inside withRun(…), or name it by runIdNameOrPrefix',
    )
  }
  // The step of the environment is a step of its run: of the one around the call where it names no other.
  const isOfRun = fromEnvironment === undefined || fromEnvironment === run
  return {
    run,
    exact: given.exact ?? around.exact ?? false,
    step: stepName ?? around.step ?? (isOfRun ? environment('RUNMETA_STEP_NAME') : undefined),
  }
}
