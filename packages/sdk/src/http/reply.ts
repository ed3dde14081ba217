import { type ApiError, apiError } from '../error/api.ts'
import type { RunmetaError } from '../error/error.ts'
import { UnexpectedReplyError } from '../error/local.ts'
import { isValueObject, type Value, type ValueObject } from '../value/value.ts'
import { type Problem, problemOf } from './problem.ts'
import { isRetried } from './retry.ts'

const PROBLEM_TYPE = /^application\/problem\+json\b/i

/** The parts of a reply that an error shows. */
interface Origin {
  /** Method and path of the call. */
  readonly name: string
  /** Requests that the call has sent so far. */
  readonly attempts: number
  readonly status: number | undefined
  readonly requestId: string | undefined
}

/** A complete reply. */
export interface Reply extends Origin {
  readonly status: number
  readonly mediaType: string
  readonly etag: string | undefined
  /** Milliseconds to wait before a retry. */
  readonly retryAfter: number
  readonly text: string
}

/** How a successful reply is read. */
export interface Decoding<Result> {
  /** Parses its text. @default `JSON.parse`, which may round numbers */
  readonly read?: (text: string) => Value
  /** Decodes its body, `{}` if it has none. Undefined if the body has another shape. */
  readonly decode: (body: ValueObject, reply: Reply) => Result | undefined
}

/** Decodes a reply, or returns the error that it stands for. */
export function interpret<Result>(reply: Reply, decoding: Decoding<Result>): Result | RunmetaError {
  const isSuccess = (reply.status >= 200 && reply.status < 300) || reply.status === 304
  return (isSuccess ? decoded(reply, decoding) : refusal(reply)) ?? unexpected(reply)
}

function decoded<Result>(reply: Reply, { read = JSON.parse, decode }: Decoding<Result>): Result | undefined {
  let body: Value
  try {
    body = read(reply.text || '{}')
  } catch {
    // It is not JSON, or is nested deeper than the stack.
    return undefined
  }
  return isValueObject(body) ? decode(body, reply) : undefined
}

function refusal(reply: Reply): RunmetaError | undefined {
  const problem = PROBLEM_TYPE.test(reply.mediaType) ? decoded(reply, { decode: problemOf }) : undefined
  return problem && problemError(problem, reply)
}

/** The error for a problem document. */
export const problemError = ({ detail, ...rest }: Problem, origin: Origin): ApiError =>
  apiError({ ...factsOf(origin, detail), ...rest })

function unexpected(reply: Reply): UnexpectedReplyError {
  const message = `the reply of status ${reply.status} is not the API's: ${culprit(reply.status)}`
  return new UnexpectedReplyError({ ...factsOf(reply, message), body: reply.text.slice(0, 4096) })
}

function culprit(status: number): string {
  // A browser reports a redirect that it does not follow as status 0.
  if (status === 0 || (status >= 300 && status < 400)) return 'a redirect; check the scheme and the host of the URL'
  if (isRetried(status)) return 'a proxy or gateway likely sent it'
  return 'check RUNMETA_URL, and proxies on the way'
}

const factsOf = ({ name, attempts, status, requestId }: Origin, message: string) => ({
  message: `${message} (${name})`,
  status,
  requestId,
  retryable: isRetried(status),
  attempts,
})
