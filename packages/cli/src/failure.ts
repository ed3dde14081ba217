import { AmbiguousRunError, InvalidValueError, RunmetaError } from '@runmeta/sdk'
import { CommandError, EXIT, type ExitCode } from './exit.ts'

/** The exit code of each error code; others exit with 1. */
const EXITS: Readonly<Record<string, ExitCode>> = {
  run_not_found: EXIT.notFound,
  key_not_found: EXIT.notFound,
  not_found: EXIT.notFound,
  ambiguous_run: EXIT.ambiguous,
  unauthorized: EXIT.unauthorized,
  forbidden: EXIT.unauthorized,
  connection_failed: EXIT.noAnswer,
  timed_out: EXIT.noAnswer,
  unexpected_reply: EXIT.noAnswer,
  not_configured: EXIT.usage,
}

/** Advice for errors whose message has none. */
const REMEDIES: Readonly<Record<string, string>> = {
  unauthorized: 'set RUNMETA_API_KEY to a valid key',
  connection_failed: 'start a server with `runmeta start`, or set RUNMETA_URL to the address of one',
  timed_out: 'check that a server runs at RUNMETA_URL',
  unexpected_reply: 'set RUNMETA_URL to the address of a runmeta server',
  run_not_found: '`runmeta list` shows the runs',
}

/** The error codes of the command itself. */
const CODES: Partial<Record<ExitCode, string>> = {
  [EXIT.usage]: 'usage',
  [EXIT.notFound]: 'not_found',
  [EXIT.unauthorized]: 'unauthorized',
  [EXIT.noAnswer]: 'not_configured',
}

/** How the command exits after an error. */
interface Failure {
  readonly exitCode: ExitCode
  /** Text: what happened, and what to do. */
  readonly message: string
  /** For `--json`: the members of the API's problem. */
  readonly problem: object
}

function exitCodeOf({ code, attempts }: RunmetaError): ExitCode {
  // If a bad request was never sent, the SDK refused an argument.
  if (code === 'bad_request' && attempts === 0) return EXIT.usage
  return EXITS[code] ?? EXIT.failed
}

const indented = ({ id, name, createdAt }: { id: string; name: string; createdAt: string }) =>
  `  ${id}  ${name}  ${createdAt}`

function candidatesOf(error: AmbiguousRunError): string {
  const more = error.more ? ['  … and more'] : []
  return ['', ...error.candidates.map(indented), ...more].join('\n')
}

function ofApi(error: RunmetaError): Failure {
  const { code, status, requestId, message } = error
  const remedy = REMEDIES[code]
  const candidates = error instanceof AmbiguousRunError ? candidatesOf(error) : ''
  const place = error instanceof InvalidValueError ? { pointer: error.pointer, reason: error.reason } : {}
  const runs = error instanceof AmbiguousRunError ? { candidates: error.candidates, more: error.more } : {}
  return {
    exitCode: exitCodeOf(error),
    message: `${remedy === undefined ? message : `${message}; ${remedy}`}${candidates}`,
    problem: { code, status, detail: message, requestId, ...place, ...runs },
  }
}

/** Converts an error to a message and an exit code. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RunmetaError) return ofApi(error)
  const message = error instanceof Error ? error.message : String(error)
  const exitCode = error instanceof CommandError ? error.exitCode : EXIT.failed
  return { exitCode, message, problem: { code: CODES[exitCode] ?? 'failed', detail: message } }
}
