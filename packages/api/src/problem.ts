import { Failure } from '@runmeta/core/failure'
import { PROBLEMS, problemType } from '@runmeta/schema/problem'
import type { Problem } from '@runmeta/schema/reply'
import type { Context } from 'hono'
import type { Deps, Env } from './env.ts'
import { SAFE_HEADERS } from './headers.ts'
import { bodyOf } from './reply.ts'

const PROBLEM_TYPE = 'application/problem+json'
/** Seconds to wait before retrying an overloaded or silent store. */
const RETRY_AFTER = '1'

const HEADERS: Partial<Record<Failure['code'], Readonly<Record<string, string>>>> = {
  unauthorized: { 'www-authenticate': 'Bearer realm="runmeta"' },
  rate_limited: { 'retry-after': RETRY_AFTER },
  store_unavailable: { 'retry-after': RETRY_AFTER },
}

function problemOf({ code, message, extras }: Failure, requestId: string): Problem {
  const { status, title } = PROBLEMS[code]
  return { type: problemType(code), title, status, detail: message, code, requestId, ...extras }
}

/** A refusal of a malformed request, which the app never sees. */
export interface BareRefusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export function bareRefusal(detail: string, requestId: string): BareRefusal {
  const problem = problemOf(new Failure('bad_request', detail), requestId)
  const headers = { ...SAFE_HEADERS, 'content-type': PROBLEM_TYPE, 'x-request-id': requestId }
  return { status: problem.status, headers, body: bodyOf(JSON.stringify(problem)) }
}

export function refuse(c: Context<Env>, failure: Failure, headers: Readonly<Record<string, string>> = {}): Response {
  c.set('failure', failure)
  const body = problemOf(failure, c.get('requestId'))
  return c.body(bodyOf(JSON.stringify(body)), body.status, {
    'content-type': PROBLEM_TYPE,
    ...HEADERS[failure.code],
    ...headers,
  })
}

/** The failure that the caller sees. Every 5xx is reported, and the message of an unexpected error is never shown. */
function failureOf({ onError }: Pick<Deps, 'onError'>, requestId: string, error: unknown): Failure {
  const failure =
    error instanceof Failure
      ? error
      : new Failure('internal', 'the server failed; its log has the reason under this request id')
  if (PROBLEMS[failure.code].status >= 500) onError(error, requestId)
  return failure
}

/** The problem of one part of a batch. */
export const problemOfError = (deps: Pick<Deps, 'onError'>, requestId: string, error: unknown): Problem =>
  problemOf(failureOf(deps, requestId, error), requestId)

/** Turns every error into a reply. */
export const problems =
  (deps: Pick<Deps, 'onError'>) =>
  (error: unknown, c: Context<Env>): Response =>
    refuse(c, failureOf(deps, c.get('requestId'), error))
