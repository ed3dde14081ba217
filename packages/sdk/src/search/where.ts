import { badRequest } from '../error/api.ts'
import { read } from '../value/read.ts'
import type { Value } from '../value/value.ts'
import type { Condition } from './options.ts'

const OPERATORS = ['=', '!=', '<', '<=', '>', '>=', 'in', 'between', 'exists', 'prefix', 'contains']
const OPERATOR = new RegExp(`\\s+(${OPERATORS.join('|')})(?=\\s|$)`, 'g')

/** A condition as the API takes it in JSON: the text form read, at any depth. */
export function conditionOf(condition: Condition): unknown {
  if (typeof condition === 'string') return conditionFromText(condition)
  if (typeof condition !== 'object' || condition === null) return condition
  if ('and' in condition && Array.isArray(condition.and)) return { ...condition, and: condition.and.map(conditionOf) }
  if ('or' in condition && Array.isArray(condition.or)) return { ...condition, or: condition.or.map(conditionOf) }
  return 'not' in condition ? { ...condition, not: conditionOf(condition.not) } : condition
}

/** `<pointer> <op> <JSON>`. A pointer may hold spaces and operators, so the first operator counts that JSON follows. */
function conditionFromText(text: string): unknown {
  const trimmed = text.trim()
  for (const { 0: found, 1: op, index } of trimmed.matchAll(OPERATOR)) {
    const rest = trimmed.slice(index + found.length).trim()
    const value = rest === '' ? undefined : jsonOf(rest)
    if (rest === '' ? op !== 'exists' : value === undefined) continue
    return { pointer: trimmed.slice(0, index), op, value }
  }
  const advice = /\s(?:and|or|&&|\|\|)\s/i.test(trimmed)
    ? 'give several conditions as an array, or as { and: [...] } or { or: [...] }'
    : 'strings are in double quotes'
  throw badRequest(
    `where: must be <pointer> <op> <JSON>, with op one of ${OPERATORS.join(' ')}, such as /accuracy >= 0.9; ${advice}`,
  )
}

function jsonOf(text: string): Value | undefined {
  try {
    return read(text)
  } catch {
    return undefined
  }
}
