import type { Candidate, Refusal } from '../error/api.ts'
import { textsIn } from '../value/json.ts'
import type { ValueObject } from '../value/value.ts'

/** The fields of a problem document, besides its status. */
export type Problem = Pick<Refusal, 'pointer' | 'reason' | 'candidates' | 'more'> & {
  readonly code: string
  readonly detail: string
  readonly requestId?: string
}

const CANDIDATE = ['id', 'name', 'createdAt'] as const

/** A problem document, of a whole reply or of one of several results; undefined if it is not one. */
export function problemOf(body: ValueObject): Problem | undefined {
  const texts = textsIn<Omit<Problem, 'candidates' | 'more'>>(
    body,
    ['code', 'detail'],
    ['requestId', 'pointer', 'reason'],
  )
  const { candidates, more } = body
  if (texts === undefined || !Array.isArray(candidates)) return texts
  return {
    ...texts,
    candidates: candidates.flatMap((one) => textsIn<Candidate>(one, CANDIDATE) ?? []),
    more: more === true,
  }
}
