import { Failure } from '@runmeta/core/failure'
import { PROBLEMS, problemType } from '@runmeta/schema/problem'
import type { Problem } from '@runmeta/schema/reply'
import type { Context } from 'hono'
import type { Deps, Env } from './env.ts'
import { SAFE_HEADERS } from './headers.ts'
import { bodyOf } from './reply.ts'

const PROBLEM_TYPE = 'application/problem+json'
/** Seconds after which an overloaded or silent store is worth another try. */
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

/** A refusal where there is no app to reply: of what no request can be made of. */
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

/** What a part of a request was refused with, as the reply to the others has it. */
export function problemOfError({ onError }: Pick<Deps, 'onError'>, requestId: string, error: unknown): Problem {
  const failure = failureOf(error)
  if (PROBLEMS[failure.code].status >= 500) onError(error, requestId)
  return problemOf(failure, requestId)
}

/** The one place where errors become replies. What is no expected refusal is reported, and never shown. */
export const problems =
  ({ onError }: Pick<Deps, 'onError'>) =>
  (error: unknown, c: Context<Env>): Response => {
    const failure = failureOf(error)
    if (PROBLEMS[failure.code].status >= 500) onError(error, c.get('requestId'))
    return refuse(c, failure)
  }
