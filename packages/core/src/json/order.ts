import { unquote } from './unquote.ts'

/**
 * The order of scalars: each gets a text whose order, by code point, is the scalar's: by kind, then by value. Two scalars that
 * are the same value have the same text, however they were written. No number is rounded.
 */

const [NUMBER, STRING, BOOLEAN, NULL] = ['1', '2', '3', '4']
/** Of all kinds the last; sorts above every scalar. */
export const ABOVE_ALL = '5'

/** Sorts below whatever a scalar's text holds: what follows a text in an index begins with it. */
export const END = '\t'
const ESCAPE = '\n'
/** What must not be confused with `END`, or sort below it. */
const LOW = /[\u0000-\n]/g

const LITERAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?)0*(\d+))?$/
/** Digits that a double counts exactly. */
const EXACT_DIGITS = 15

const complement = (digits: string): string => digits.replaceAll(/\d/g, (digit) => String(9 - Number(digit)))

/** Adds 1 to a whole number of any length, or takes 1 from it; the number is not 0. */
function step(digits: string, by: 1 | -1): string {
  const [full, empty] = by === 1 ? ['9', '0'] : ['0', '9']
  let at = digits.length - 1
  while (at >= 0 && digits[at] === full) at--
  const head = at < 0 ? '1' : digits.slice(0, at) + String(Number(digits[at]) + by)
  return head + empty.repeat(digits.length - 1 - at)
}

/** A whole number of any length, 0 or more, plus a small one. A negative result keeps its sign. */
function plus(digits: string, small: number): string {
  const tail = Number(digits.slice(-EXACT_DIGITS)) + small
  if (digits.length <= EXACT_DIGITS) return String(tail)
  const head = digits.slice(0, -EXACT_DIGITS)
  const unit = 10 ** EXACT_DIGITS
  if (tail >= unit) return step(head, 1) + String(tail - unit).padStart(EXACT_DIGITS, '0')
  if (tail < 0) return step(head, -1) + String(tail + unit).padStart(EXACT_DIGITS, '0')
  return head + String(tail).padStart(EXACT_DIGITS, '0')
}

/** Whole numbers 0 or more, in the order of their values: how many digits, then these. */
function counted(number: string): string {
  const digits = number.replace(/^0+(?=\d)/, '')
  return (digits.length < 9 ? String(digits.length) : `9${String(digits.length).padStart(7, '0')}`) + digits
}

/** The exponent `sign exponent + shift`, in the order of the values. */
function exponentText(isNegative: boolean, exponent: string, shift: number): string {
  const sum = plus(exponent, isNegative ? -shift : shift)
  const below = sum.startsWith('-') !== isNegative && !/^-?0+$/.test(sum)
  const magnitude = counted(sum.replace('-', ''))
  return below ? `0${complement(magnitude)}` : `1${magnitude}`
}

/** A number as 0.digits × 10^exponent, its first digit not 0: one text for each value. */
function numberText(literal: string): string {
  const [, sign, integer = '', fraction = '', exponentSign, exponent = '0'] = LITERAL.exec(literal) ?? []
  const all = integer + fraction
  let from = 0
  while (all[from] === '0') from++
  let to = all.length
  while (to > from && all[to - 1] === '0') to--
  if (from === to) return '2'
  const size = exponentText(exponentSign === '-', exponent, integer.length - from) + all.slice(from, to)
  // A longer fraction is the greater number, and below zero the smaller one: `~` sorts above digits.
  return sign === '-' ? `1${complement(size)}~` : `3${size}`
}

const escapeLow = (character: string): string => ESCAPE + String.fromCharCode(48 + character.charCodeAt(0))

export const stringText = (characters: string): string => STRING + characters.replaceAll(LOW, escapeLow)

/** The order text of a scalar, given as JSON. */
export function orderText(json: string): string {
  const first = json[0]
  if (first === '"') return stringText(unquote(json))
  if (first === 't') return `${BOOLEAN}1`
  if (first === 'f') return `${BOOLEAN}0`
  if (first === 'n') return `${NULL}`
  return NUMBER + numberText(json)
}

export const kindOf = (text: string): string => text.slice(0, 1)
export const isString = (text: string): boolean => text.startsWith(`${STRING}`)

/** Whether a string holds another one; both are order texts of strings. */
export function containsText(text: string, part: string): boolean {
  const characters = part.slice(1)
  for (let at = text.indexOf(characters, 1); at >= 0; at = text.indexOf(characters, at + 1)) {
    // What follows an escape is no character of its own.
    if (text[at - 1] !== ESCAPE) return true
  }
  return false
}

/** Compares by code point, as the store's indexes do. `<` of strings goes by UTF-16 units, which differ past U+FFFF. */
export function compareText(one: string, other: string): number {
  const length = Math.min(one.length, other.length)
  for (let at = 0; at < length; at++) {
    const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)]
    if (a !== b) return rank(a) - rank(b)
  }
  return one.length - other.length
}

/** Surrogates stand for what is past every other unit. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)

/** What an index holds of a text: what follows it fits the 1,024 bytes of a range key as well. */
export const MAX_INDEXED_BYTES = 900

/** The first whole characters of a text that fit an index. */
export function cutText(text: string): string {
  // Three bytes hold any UTF-16 unit, so most texts need no counting.
  if (text.length * 3 <= MAX_INDEXED_BYTES) return text
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(MAX_INDEXED_BYTES))
  return text.slice(0, read)
}

/** The greatest character of 0, 1, 2 and 3 bytes of UTF-8. */
const GREATEST = ['', '\u007f', '\u07ff', '\uffff'] as const

/**
 * What an index sorts a text by: all of it, or its first 900 bytes. A character across the cut is greater than any that would
 * fit before it, so the greatest that fits stands in its place. Two texts that differ only after the cut tie.
 * `isCut` says that the text is what `cutText` left of a longer one.
 */
export function indexText(text: string, isCut = false): string {
  const cut = cutText(text)
  if (!isCut && cut.length === text.length) return text
  return cut + (GREATEST[MAX_INDEXED_BYTES - Buffer.byteLength(cut)] ?? '')
}

/** The least text above every text with this prefix, or undefined if no text is. */
export function after(prefix: string): string | undefined {
  const characters = [...prefix]
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const point = last.codePointAt(0) ?? 0
    if (point < 0x10ffff) return characters.join('') + String.fromCodePoint(point === 0xd7ff ? 0xe000 : point + 1)
  }
  return undefined
}
