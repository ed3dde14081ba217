import { badRequest } from '../error/api.ts'
import { read } from '../value/read.ts'
import type { Value } from '../value/value.ts'

const OPERATORS = ['=', '!=', '<', '<=', '>', '>=', 'in', 'between', 'exists', 'prefix', 'contains']
const OPERATOR = new RegExp(`\\s+(${OPERATORS.join('|')})(?=\\s|$)`, 'g')

/** Converts a condition to the API's JSON, parsing text at any depth. A member that the condition lacks is undefined. */
export function conditionOf(condition: unknown): unknown {
  if (typeof condition === 'string') return conditionFromText(condition)
  if (typeof condition !== 'object' || condition === null) return condition
  if (Array.isArray(condition)) return condition.map(conditionOf)
  const { and, or, not }: { readonly and?: unknown; readonly or?: unknown; readonly not?: unknown } = condition
  return { ...condition, and: conditionOf(and), or: conditionOf(or), not: conditionOf(not) }
}

const SEVERAL = /\s*(?:,|\s(?:and|or|&&|\|\|)\s)\s*(?=\/)/gi

/** Parses `<pointer> <op> <JSON>`. A pointer may contain spaces and operators, so take the first operator that is followed by JSON. */
function conditionFromText(text: string): unknown {
  const trimmed = text.trim()
  for (const { 0: found, 1: op, index } of trimmed.matchAll(OPERATOR)) {
    const rest = trimmed.slice(index + found.length).trim()
    for (const { index: end } of rest.matchAll(SEVERAL)) {
      if (jsonOf(rest.slice(0, end)) !== undefined) {
        throw badRequest('where: contains several conditions; give them as an array, or as { or: [...] }')
      }
    }
    const value = rest === '' ? undefined : jsonOf(rest)
    if (rest === '' ? op === 'exists' : value !== undefined) {
      return { pointer: trimmed.slice(0, index), op, value }
    }
  }
  throw badRequest(
    `where: must be <pointer> <op> <JSON>, such as /accuracy >= 0.9, with strings in double quotes and op one of ${OPERATORS.join(' ')}`,
  )
}

function jsonOf(text: string): Value | undefined {
  try {
    return read(text)
  } catch {
    return undefined
  }
}
