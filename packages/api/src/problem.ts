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

/** The body of a refusal. */
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

/** Replies with a refusal. */
export function refuse(c: Context<Env>, failure: Failure, headers: Readonly<Record<string, string>> = {}): Response {
  c.set('failure', failure)
  const body = problemOf(failure, c.get('requestId'))
  return c.body(bodyOf(JSON.stringify(body)), body.status, {
    'content-type': PROBLEM_TYPE,
    ...HEADERS[failure.code],
    ...headers,
  })
}

const failureOf = (error: unknown): Failure =>
  error instanceof Failure
    ? error
    : new Failure('internal', 'the server failed; its log has the reason under this request id')

/** The problem of one part of a batch. */
export function problemOfError({ onError }: Pick<Deps, 'onError'>, requestId: string, error: unknown): Problem {
  const failure = failureOf(error)
  if (PROBLEMS[failure.code].status >= 500) onError(error, requestId)
  return problemOf(failure, requestId)
}

/** Turns every error into a reply. An unexpected error is reported, and its message is never shown to the caller. */
export const problems =
  ({ onError }: Pick<Deps, 'onError'>) =>
  (error: unknown, c: Context<Env>): Response => {
    const failure = failureOf(error)
    if (PROBLEMS[failure.code].status >= 500) onError(error, c.get('requestId'))
    return refuse(c, failure)
  }
