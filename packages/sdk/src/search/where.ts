import { badRequest } from '../error/api.ts'
import { read } from '../value/read.ts'
import type { Value } from '../value/value.ts'

const WORDS = 'in|between|exists|prefix|contains'
const OPERATORS = `=|!=|<|<=|>|>=|${WORDS}`
const OPERATOR = new RegExp(`\\s+(${OPERATORS})(?=\\s|$)`, 'g')
/** A pointer that contains an operator, what joins conditions, and the next pointer, with or without spaces between them. */
export const JOINED = new RegExp(
  `([=<>!]|\\s(?=(${WORDS})(\\b|and|or))).*(,|&&|\\|\\||(\\b|\\d|exists|true|false|null)(and|or))\\s*/`,
  'is',
)

/** Converts a condition to the API's JSON, parsing text at any depth. A member that the condition lacks is undefined. */
export function conditionOf(condition: unknown): unknown {
  if (typeof condition === 'string') return conditionFromText(condition)
  if (typeof condition !== 'object' || condition === null) return condition
  if (Array.isArray(condition)) return condition.map(conditionOf)
  const { and, or, not }: { readonly and?: unknown; readonly or?: unknown; readonly not?: unknown } = condition
  return { ...condition, and: conditionOf(and), or: conditionOf(or), not: conditionOf(not) }
}

/** Parses `<pointer> <op> <JSON>`. A pointer may contain spaces and operators, so take the first operator that is followed by JSON. */
function conditionFromText(text: string): unknown {
  const trimmed = text.trim()
  for (const { 0: found, 1: op, index } of trimmed.matchAll(OPERATOR)) {
    const rest = trimmed.slice(index + found.length).trim()
    const value = rest === '' ? undefined : jsonOf(rest)
    if (rest === '' ? op === 'exists' : value !== undefined) {
      const pointer = trimmed.slice(0, index)
      if (!JOINED.test(pointer)) return { pointer, op, value }
      throw badRequest(
        'where: contains several conditions; give them as an array, or as { or: [...] }; a key that looks like this needs { pointer, op, value }',
      )
    }
  }
  throw badRequest(
    `where: must be <pointer> <op> <JSON>, such as /accuracy >= 0.9, with strings in double quotes and op one of ${OPERATORS.replaceAll('|', ' ')}`,
  )
}

function jsonOf(text: string): Value | undefined {
  try {
    return read(text)
  } catch {
    return undefined
  }
}
