import { readLiteral, readNumber } from './number.ts'
import { isValueObject, setMember, type Value, type ValueObject } from './value.ts'

/** Brackets within a reply: 64 of a value, and 4 around it. */
const MAX_DEPTH = 70
const QUOTE = 34
const BACKSLASH = 92
const SPACE = 32
const NUMBER = /[-+.\deE]+/y

interface Cursor {
  readonly text: string
  readonly numberOf: (text: string) => Value | undefined
  at: number
}

/** How numbers are read: as the type that can hold them, or always as a {@link NumberLiteral}. */
export type Numbers = 'native' | 'literal'

/**
 * Parses JSON and reads every number from its text, which `JSON.parse` would round.
 *
 * @throws SyntaxError if it is not JSON, or nested deeper than any reply
 */
export function read(text: string, numbers: Numbers = 'native'): Value {
  const cursor = { text, numberOf: numbers === 'literal' ? readLiteral : readNumber, at: 0 }
  const value = readValue(cursor, 0)
  skipSpace(cursor)
  if (cursor.at !== text.length) throw fault(cursor)
  return value
}

/** Parses a JSON object like this. Undefined if it is another value. @throws SyntaxError */
export function readObject(text: string, numbers: Numbers): ValueObject | undefined {
  const body = read(text, numbers)
  return isValueObject(body) ? body : undefined
}

function readValue(cursor: Cursor, depth: number): Value {
  skipSpace(cursor)
  switch (cursor.text[cursor.at]) {
    case '{':
      return readMembers(cursor, depth + 1)
    case '[':
      return readArray(cursor, depth + 1)
    case '"':
      return readString(cursor)
    case 't':
      return readWord(cursor, 'true', true)
    case 'f':
      return readWord(cursor, 'false', false)
    case 'n':
      return readWord(cursor, 'null', null)
    default:
      return readDigits(cursor)
  }
}

function readMembers(cursor: Cursor, depth: number): ValueObject {
  const object: ValueObject = {}
  if (isEmpty(cursor, depth, '}')) return object
  do {
    skipSpace(cursor)
    const name = readString(cursor)
    if (!skip(cursor, ':')) throw fault(cursor)
    setMember(object, name, readValue(cursor, depth))
  } while (skip(cursor, ','))
  if (!skip(cursor, '}')) throw fault(cursor)
  return object
}

function readArray(cursor: Cursor, depth: number): Value[] {
  const array: Value[] = []
  if (isEmpty(cursor, depth, ']')) return array
  do array.push(readValue(cursor, depth))
  while (skip(cursor, ','))
  if (!skip(cursor, ']')) throw fault(cursor)
  return array
}

/** Enters a bracket, and leaves it if it closes immediately. */
function isEmpty(cursor: Cursor, depth: number, end: string): boolean {
  if (depth > MAX_DEPTH) throw fault(cursor)
  cursor.at++
  return skip(cursor, end)
}

function readString(cursor: Cursor): string {
  const { text, at: start } = cursor
  if (text.charCodeAt(start) !== QUOTE) throw fault(cursor)
  let isVerbatim = true
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      cursor.at = at + 1
      // A string loses nothing in JSON.parse, which also knows all escapes and refuses raw control characters.
      return isVerbatim ? text.slice(start + 1, at) : JSON.parse(text.slice(start, at + 1))
    }
    if (code === BACKSLASH) at++
    if (code === BACKSLASH || code < SPACE) isVerbatim = false
  }
  throw fault(cursor)
}

function readWord<Word extends Value>(cursor: Cursor, word: string, value: Word): Word {
  if (!cursor.text.startsWith(word, cursor.at)) throw fault(cursor)
  cursor.at += word.length
  return value
}

function readDigits(cursor: Cursor): Value {
  NUMBER.lastIndex = cursor.at
  const [digits = ''] = NUMBER.exec(cursor.text) ?? []
  const value = cursor.numberOf(digits)
  if (value === undefined) throw fault(cursor)
  cursor.at += digits.length
  return value
}

function skip(cursor: Cursor, mark: string): boolean {
  skipSpace(cursor)
  if (cursor.text[cursor.at] !== mark) return false
  cursor.at++
  return true
}

function skipSpace(cursor: Cursor): void {
  for (;;) {
    const code = cursor.text.charCodeAt(cursor.at)
    if (code !== SPACE && code !== 10 && code !== 13 && code !== 9) return
    cursor.at++
  }
}

const fault = ({ at }: Cursor): SyntaxError => new SyntaxError(`invalid JSON at character ${at}`)
