import { apiError } from '../error/api.ts'
import type { RunmetaError } from '../error/error.ts'
import { UnexpectedReplyError } from '../error/local.ts'
import { read } from '../value/read.ts'
import { isValueObject, type ValueObject } from '../value/value.ts'
import { decodeProblem } from '../wire.ts'
import { isRetried } from './retry.ts'

const PROBLEM_TYPE = /^application\/problem\+json\b/i

/** A reply that came whole. */
export interface Reply {
  readonly status: number
  readonly requestId: string | undefined
  readonly mediaType: string
  readonly text: string
}

/** The call a reply is to. */
export interface Asked {
  /** Method and path, for messages. */
  readonly name: string
  readonly attempts: number
}

/** What a reply says: what `decode` finds in it, or the error it stands for. */
export function interpret<Result>(
  reply: Reply,
  asked: Asked,
  decode: (body: ValueObject) => Result | undefined,
): Result | RunmetaError {
  const body = reply.status === 204 ? {} : readObject(reply.text)
  if (reply.status >= 200 && reply.status < 300) {
    return (body === undefined ? undefined : decode(body)) ?? unexpected(reply, asked)
  }
  return refusal(reply, asked, body) ?? unexpected(reply, asked)
}

function readObject(text: string): ValueObject | undefined {
  try {
    const body = read(text)
    return isValueObject(body) ? body : undefined
  } catch {
    return undefined
  }
}

function refusal(reply: Reply, asked: Asked, body: ValueObject | undefined): RunmetaError | undefined {
  const problem = body !== undefined && PROBLEM_TYPE.test(reply.mediaType) ? decodeProblem(body) : undefined
  if (problem === undefined) return undefined
  const { detail, requestId, ...rest } = problem
  return apiError({ ...rest, ...factsOf(reply, asked, detail), requestId: requestId ?? reply.requestId })
}

function unexpected(reply: Reply, asked: Asked): UnexpectedReplyError {
  const message = `the reply of status ${reply.status} is not the API's: ${culprit(reply.status)}`
  return new UnexpectedReplyError({ ...factsOf(reply, asked, message), body: reply.text })
}

function culprit(status: number): string {
  // A browser hides a redirect that is not followed behind status 0.
  if (status === 0 || (status >= 300 && status < 400))
    return 'a redirect, so look at the scheme and the host of the URL'
  if (isRetried(status)) return 'a proxy or gateway before the server likely answered'
  return 'look at the URL (RUNMETA_URL), and at proxies on the way'
}

const factsOf = ({ status, requestId }: Reply, { name, attempts }: Asked, message: string) => ({
  message: `${message} (${name})`,
  status,
  requestId,
  retryable: isRetried(status),
  attempts,
})
