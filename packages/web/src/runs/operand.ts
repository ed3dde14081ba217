/** The position of an error in the text, and what is expected there. */
export interface Mistake {
  /** Index of the character. */
  readonly at: number
  readonly message: string
}

const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y
const WORD = /(?:true|false|null)(?!\w)/y
const SPACE = /\s*/y

/** Matches at one place. @returns where the match ends */
export function match(expression: RegExp, text: string, at: number): number | undefined {
  expression.lastIndex = at
  return expression.test(text) ? expression.lastIndex : undefined
}

export const skipSpace = (text: string, at: number): number => match(SPACE, text, at) ?? at

/** The end of a JSON scalar or of a list of scalars. */
export function valueEnd(text: string, at: number): number | undefined {
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

const kindOf = (value: unknown): string => (value === null ? 'null' : typeof value)

function rangeFault(text: string, at: number, items: unknown): Mistake | undefined {
  if (!Array.isArray(items) || items.length !== 2)
    return { at, message: 'between takes a lowest and a highest value, such as [1, 2]' }
  if (kindOf(items[0]) === kindOf(items[1])) return undefined
  const comma = skipSpace(text, valueEnd(text, skipSpace(text, at + 1)) ?? at)
  return { at: skipSpace(text, comma + 1), message: 'between takes two values of the same kind' }
}

/** What is wrong with the value of an operator, if anything is. */
export function operandFault(op: string, text: string, at: number, end: number): Mistake | undefined {
  const value = text.slice(at, end)
  if (op === 'between') return rangeFault(text, at, JSON.parse(value))
  const message = operandMessage(op, value)
  return message === undefined ? undefined : { at, message }
}

function operandMessage(op: string, value: string): string | undefined {
  const isList = value.startsWith('[')
  if (op === 'in') return isList ? undefined : 'in takes a list, such as ["a", "b"]'
  if (isList) return `${op} takes one value; use in for a list`
  if (op === 'prefix' || op === 'contains')
    return value.startsWith('"') ? undefined : `${op} takes text in double quotes`
  if (op === 'exists') return /^(?:true|false)$/.test(value) ? undefined : 'exists takes true, false or no value'
  return undefined
}
