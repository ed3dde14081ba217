import { JOINED } from '@runmeta/sdk/search/where'
import { type Mistake, match, operandFault, skipSpace, valueEnd } from './operand.ts'

/** The parsed text of the search box: a part of a name, conditions as in the API's `where`, or both. */
interface Query {
  /** A part of a name, or a whole id. */
  readonly name: string
  /** Each as `<pointer> <op> <JSON>`. */
  readonly where: readonly string[]
}

export const OPERATORS = ['=', '!=', '<', '<=', '>', '>=', 'in', 'between', 'exists', 'prefix', 'contains'] as const

const OPERATOR = /\s+(!=|<=|>=|=|<|>|in|between|exists|prefix|contains)(?=\s|$|,|&&)/g
const NOT_IN_NAMES = /[/\\#?%\p{Cc}]/u
const AND = /\s*(?:,|&&|and)\s*(?=\/)/iy
const SEVERAL =
  'put a space before and after each operator, and join conditions with and; POST /v1/runs/search also takes or, and keys with these characters'

interface Condition {
  readonly text: string
  readonly end: number
}

const firstWord = (text: string, at: number): string => /^[^\s,\]]+/.exec(text.slice(at))?.[0] ?? ''

/** Parses one condition from a `/` on. A pointer may contain spaces and operators, so take the first operator that is followed by a value. */
function condition(text: string, from: number): Condition | Mistake {
  let mistake: Mistake | undefined
  const ops = [...text.slice(from).matchAll(OPERATOR)]
  for (const { 0: found, 1: op = '', index } of ops) {
    const after = from + index + found.length
    const at = skipSpace(text, after)
    const pointer = text.slice(from, from + index)
    const tilde = pointer.search(/~(?![01])/)
    const pointerFault =
      tilde < 0 ? undefined : { at: from + tilde, message: 'write ~0 for ~ in a pointer, and ~1 for / in a key' }
    const end = valueEnd(text, at)
    const isAlone = end === undefined && op === 'exists' && (at >= text.length || match(AND, text, after) !== undefined)
    if ((isAlone || end !== undefined) && JOINED.test(pointer)) return { at: from, message: SEVERAL }
    if (isAlone) return pointerFault ?? { text: `${pointer} exists`, end: after }
    if (end === undefined) {
      const word = firstWord(text, at)
      const advice =
        word === ''
          ? `${op} needs a value, such as 0.9 or "text"`
          : `put text in double quotes: ${JSON.stringify(word)}`
      mistake ??= { at, message: advice }
      continue
    }
    return pointerFault ?? operandFault(op, text, at, end) ?? { text: `${pointer} ${op} ${text.slice(at, end)}`, end }
  }
  if (mistake !== undefined) return mistake
  const unspaced = /[^\s=<>!](?:!=|<=|>=|=|<|>)/.exec(text.slice(from))
  return unspaced === null
    ? { at: text.length, message: `an operator is missing: ${OPERATORS.join(' ')}` }
    : { at: from + unspaced.index + 1, message: 'put a space before and after the operator' }
}

function nameFault(text: string, name: string): Mistake | undefined {
  const found = NOT_IN_NAMES.exec(name)
  if (found === null) return undefined
  const message =
    found[0] === '/'
      ? 'put a space before the / of a condition; names do not contain /'
      : 'names do not contain / \\ # ? % or control characters'
  return { at: text.indexOf(name) + found.index, message }
}

/** The beginning of the conditions: the first `/` at the beginning of a word. Names contain no `/`. */
export const conditionsStart = (text: string): number => {
  const found = /(?:^|\s)\//.exec(text)
  return found === null ? text.length : found.index + found[0].length - 1
}

export const isMistake = (parsed: object): parsed is Mistake => 'message' in parsed

/** Parses the search box. */
export function parseQuery(text: string): Query | Mistake {
  const start = conditionsStart(text)
  const name = text.slice(0, start).trim()
  const fault = nameFault(text, name)
  if (fault !== undefined) return fault
  const where: string[] = []
  let at = start
  while (at < text.length) {
    const found = condition(text, at)
    if (isMistake(found)) return found
    where.push(found.text)
    const rest = skipSpace(text, found.end)
    if (rest >= text.length) break
    const next = match(AND, text, found.end)
    if (next === undefined) {
      const isOr = /^(?:or\b|\|\|)/i.test(text.slice(rest))
      const message = isOr
        ? 'join conditions with and; or is only available in POST /v1/runs/search'
        : 'the condition ends here; join the next one with and'
      return { at: rest, message }
    }
    at = next
  }
  return { name, where }
}
