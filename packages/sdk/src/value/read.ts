import { readLiteral, readNumber } from './number.ts'
import { isValueObject, type Value, type ValueObject } from './value.ts'

/** How numbers are read: as the type that can hold them, or always as a {@link NumberLiteral}. */
export type Numbers = 'native' | 'literal'

const ESCAPE = /\\["\\]/g
/** A string, or what may be a number. A string has no escaped quotes by then, and may lack its end. */
const TOKEN = /"[^"]*"?|-*\d[-+.\deE]*/g

/**
 * Parses JSON and reads every number from its text, which `JSON.parse` would round: it parses the text with an index in
 * place of each number.
 *
 * @throws SyntaxError if it is not JSON
 */
export function read(text: string, numbers: Numbers = 'native'): Value {
  const numberOf = numbers === 'literal' ? readLiteral : readNumber
  const found: Value[] = []
  const indexed = text
    .replace(ESCAPE, (pair) => (pair.endsWith('"') ? '\\u0022' : '\\u005c'))
    .replace(TOKEN, (token) => {
      if (token.startsWith('"')) return token
      const number = numberOf(token)
      if (number === undefined) throw new SyntaxError('not a JSON number')
      return String(found.push(number) - 1)
    })
  return withNumbers(JSON.parse(indexed), found)
}

/** Puts the numbers in place of their indexes. Not by a reviver of `JSON.parse`, which takes several times as long. */
function withNumbers(value: Value, numbers: readonly Value[]): Value {
  if (typeof value === 'number') return numbers[value] ?? null
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) value[index] = withNumbers(element, numbers)
  } else if (isValueObject(value)) {
    for (const [name, member] of Object.entries(value)) value[name] = withNumbers(member, numbers)
  }
  return value
}

/** {@link read} as the option of a call. */
export const reader =
  (numbers: Numbers) =>
  (text: string): Value =>
    read(text, numbers)

/** Parses a JSON object like this. Undefined if it is another value. @throws SyntaxError */
export function readObject(text: string, numbers: Numbers): ValueObject | undefined {
  const body = read(text, numbers)
  return isValueObject(body) ? body : undefined
}
