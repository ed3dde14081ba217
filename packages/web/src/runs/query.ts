import { JOINED } from '@runmeta/sdk/search/where'

/** The parsed text of the search box: a part of a name, conditions as in the API's `where`, or both. */
interface Query {
  /** A part of a name, or a whole id. */
  readonly name: string
  /** Each as `<pointer> <op> <JSON>`. */
  readonly where: readonly string[]
}

/** The position of an error in the text, and what is expected there. */
export interface Mistake {
  /** Index of the character. */
  readonly at: number
  readonly message: string
}

export const OPERATORS = ['=', '!=', '<', '<=', '>', '>=', 'in', 'between', 'exists', 'prefix', 'contains'] as const

const OPERATOR = /\s+(!=|<=|>=|=|<|>|in|between|exists|prefix|contains)(?=\s|$|,|&&)/g
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y
const WORD = /(?:true|false|null)(?!\w)/y
const AND = /\s*(?:,|&&|and)\s*(?=\/)/iy
const SEVERAL =
  'put a space before and after each operator, and join conditions with and; POST /v1/runs/search also takes or, and keys with these characters'
const SPACE = /\s*/y

/** Matches at one place. @returns where the match ends */
function match(expression: RegExp, text: string, at: number): number | undefined {
  expression.lastIndex = at
  return expression.test(text) ? expression.lastIndex : undefined
}

const skipSpace = (text: string, at: number): number => match(SPACE, text, at) ?? at

/** The end of a JSON scalar or of a list of scalars. */
function valueEnd(text: string, at: number): number | undefined {
  if (text[at] !== '[') return match(STRING, text, at) ?? match(NUMBER, text, at) ?? match(WORD, text, at)
  let next = skipSpace(text, at + 1)
  if (text[next] === ']') return next + 1
  for (;;) {
    const end = text[next] === '[' ? undefined : valueEnd(text, next)
    if (end === undefined) return undefined
    next = skipSpace(text, end)
    if (text[next] === ']') return next + 1
    if (text[next] !== ',') return undefined
    next = skipSpace(text, next + 1)
  }
}

/** What is wrong with the value of an operator, if anything is. */
function valueFault(op: string, value: string): string | undefined {
  const isList = value.startsWith('[')
  const isText = value.startsWith('"')
  if (op === 'in') return isList ? undefined : 'in takes a list, such as ["a", "b"]'
  if (op === 'between') {
    const items: unknown = isList ? JSON.parse(value) : undefined
    return Array.isArray(items) && items.length === 2
      ? undefined
      : 'between takes a lowest and a highest value, such as [1, 2]'
  }
  if (isList) return `${op} takes one value; use in for a list`
  if (op === 'prefix' || op === 'contains') return isText ? undefined : `${op} takes text in double quotes`
  if (op === 'exists') return /^(?:true|false)$/.test(value) ? undefined : 'exists takes true, false or no value'
  return undefined
}

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
    const end = valueEnd(text, at)
    const isAlone = end === undefined && op === 'exists' && (at >= text.length || match(AND, text, after) !== undefined)
    if ((isAlone || end !== undefined) && JOINED.test(pointer)) return { at: from, message: SEVERAL }
    if (isAlone) return { text: `${pointer} exists`, end: after }
    if (end === undefined) {
      const word = firstWord(text, at)
      const advice =
        word === ''
          ? `${op} needs a value, such as 0.9 or "text"`
          : `put text in double quotes: ${JSON.stringify(word)}`
      mistake ??= { at, message: advice }
      continue
    }
    const fault = valueFault(op, text.slice(at, end))
    if (fault !== undefined) return { at, message: fault }
    return { text: `${pointer} ${op} ${text.slice(at, end)}`, end }
  }
  if (mistake !== undefined) return mistake
  const unspaced = /[^\s=<>!](?:!=|<=|>=|=|<|>)/.exec(text.slice(from))
  return unspaced === null
    ? { at: text.length, message: `an operator is missing: ${OPERATORS.join(' ')}` }
    : { at: from + unspaced.index + 1, message: 'put a space before and after the operator' }
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
