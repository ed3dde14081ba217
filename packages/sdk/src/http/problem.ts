import type { Refusal } from '../error/api.ts'
import { parseObject, textsIn } from '../value/json.ts'
import type { Value, ValueObject } from '../value/value.ts'

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

const CANDIDATE = ['id', 'name', 'createdAt'] as const

/** A refusal as the API renders it, in a reply of its own or as one result of several. */
export function problemOf(body: ValueObject): Problem | undefined {
  const texts = textsIn(body, ['code', 'detail'], ['requestId', 'pointer', 'reason'])
  const { candidates, more } = body
  const list: readonly Value[] = Array.isArray(candidates) ? candidates : []
  return (
    texts && {
      ...texts,
      candidates: list.flatMap((one) => textsIn(one, CANDIDATE) ?? []),
      more: more === true,
    }
  )
}
