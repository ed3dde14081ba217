import { isLiteral, LITERAL } from './brand.ts'
import { decimal, isSameDecimal } from './decimal.ts'

const INTEGER = /^-?(?:0|[1-9]\d*)$/

/**
 * A JSON number with its text: for a number that neither a `number` nor a `bigint` can hold, such as `1e400` or one with 30
 * digits, and for all numbers of a client with `numbers: 'literal'`. It can be logged like any other value.
 *
 * ```ts
 * await run.logMetadata({ metadata: { pi: new NumberLiteral('3.14159265358979323846264338327950288') } })
 * ```
 */
export class NumberLiteral {
  /** The number as JSON writes it. */
  readonly text: string

  /** @throws TypeError if `text` is not a JSON number */
  constructor(text: string) {
    if (decimal(text) === undefined)
      throw new TypeError('NumberLiteral: must be a number as JSON writes it, such as 1e400')
    this.text = text
  }

  /** Whether a value is a number literal, whichever copy of this package made it. */
  static is(value: unknown): value is NumberLiteral {
    return isLiteral(value)
  }

  get [LITERAL](): true {
    return true
  }

  /** Its text. */
  toString(): string {
    return this.text
  }

  /** `JSON.stringify` cannot write it as a number: it becomes a string. */
  toJSON(): string {
    return this.text
  }
}

/** The exact value of a JSON number, or undefined if `text` is not one. */
export function readNumber(text: string): number | bigint | NumberLiteral | undefined {
  const value = Number(text)
  const isSafe = Number.isSafeInteger(value)
  if (String(value) === text && (isSafe || !Number.isInteger(value))) return value
  if (INTEGER.test(text)) return isSafe ? value : BigInt(text)
  if (decimal(text) === undefined) return undefined
  return isSameDecimal(text, String(value)) ? value : new NumberLiteral(text)
}

/** A JSON number with its text, or undefined if `text` is not one. */
export const readLiteral = (text: string): NumberLiteral | undefined =>
  decimal(text) === undefined ? undefined : new NumberLiteral(text)
