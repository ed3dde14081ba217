import type { Candidate, Refusal } from '../error/api.ts'
import { isText, parseObject, textsOf } from '../value/json.ts'
import { isValueObject, type Value, type ValueObject } from '../value/value.ts'

/** What the API says of a refusal, besides its status. */
export type Problem = Pick<Refusal, 'pointer' | 'reason' | 'candidates' | 'more'> & {
  readonly code: string
  readonly detail: string
  readonly requestId?: string
}

/** What the text of a refusal says; nothing where it is not the API's. @throws SyntaxError */
export function decodeProblem(text: string): Problem | undefined {
  const body = parseObject(text)
  return body === undefined ? undefined : problemOf(body)
}

/** A refusal as the API renders it, in a reply of its own or as one result of several. */
export function problemOf(body: ValueObject): Problem | undefined {
  const { code, detail, candidates, more } = body
  if (!isText(code) || !isText(detail)) return undefined
  return {
    ...textsOf(body, 'requestId', 'pointer', 'reason'),
    code,
    detail,
    candidates: Array.isArray(candidates) ? candidates.flatMap(decodeCandidate) : [],
    more: more === true,
  }
}

function decodeCandidate(value: Value): Candidate[] {
  if (!isValueObject(value)) return []
  const { id, name, createdAt } = value
  return isText(id) && isText(name) && isText(createdAt) ? [{ id, name, createdAt }] : []
}
