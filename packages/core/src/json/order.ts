import { unquote } from './unquote.ts'

/** Order texts sort by code point as their scalars do: by kind, then by value. Equal scalars have equal order texts. Numbers are exact. */

const [NUMBER, STRING, BOOLEAN, NULL] = ['1', '2', '3', '4']
/** Sorts above every scalar. */
export const ABOVE_ALL = '5'

/** Sorts below every character of an order text or a name. It ends them in index keys, so that a prefix comes first. */
export const END = '\t'
const ESCAPE = '\n'
/** Characters up to and including {@link ESCAPE}, which are escaped in order texts. */
const LOW = /[\u0000-\n]/g

const LITERAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?)0*(\d+))?$/
/** Every integer of this many digits is exact as a double. */
const EXACT_DIGITS = 15

const complement = (digits: string): string => digits.replaceAll(/\d/g, (digit) => String(9 - Number(digit)))

/** Adds 1 to, or subtracts 1 from, a whole number of any length that is not 0. */
function step(digits: string, by: 1 | -1): string {
  const [full, empty] = by === 1 ? ['9', '0'] : ['0', '9']
  let at = digits.length - 1
  while (at >= 0 && digits[at] === full) at--
  const head = at < 0 ? '1' : digits.slice(0, at) + String(Number(digits[at]) + by)
  return head + empty.repeat(digits.length - 1 - at)
}

/** Adds a small number to a whole number of any length, 0 or more. A negative result begins with a minus. */
function plus(digits: string, small: number): string {
  const tail = Number(digits.slice(-EXACT_DIGITS)) + small
  if (digits.length <= EXACT_DIGITS) return String(tail)
  const head = digits.slice(0, -EXACT_DIGITS)
  const unit = 10 ** EXACT_DIGITS
  if (tail >= unit) return step(head, 1) + String(tail - unit).padStart(EXACT_DIGITS, '0')
  if (tail < 0) return step(head, -1) + String(tail + unit).padStart(EXACT_DIGITS, '0')
  return head + String(tail).padStart(EXACT_DIGITS, '0')
}

/** Writes a whole number, 0 or more, so that it sorts by value: the count of its digits, then the digits. */
function counted(number: string): string {
  const digits = number.replace(/^0+(?=\d)/, '')
  return (digits.length < 9 ? String(digits.length) : `9${String(digits.length).padStart(7, '0')}`) + digits
}

/** Writes the exponent plus `shift` so that it sorts by value. */
function exponentText(isNegative: boolean, exponent: string, shift: number): string {
  const sum = plus(exponent, isNegative ? -shift : shift)
  const below = sum.startsWith('-') !== isNegative && !/^-?0+$/.test(sum)
  const magnitude = counted(sum.replace('-', ''))
  return below ? `0${complement(magnitude)}` : `1${magnitude}`
}

/** Writes a number as 0.digits × 10^exponent with a first digit that is not 0. Equal numbers have the same text. */
function numberText(literal: string): string {
  const [, sign, integer = '', fraction = '', exponentSign, exponent = '0'] = LITERAL.exec(literal) ?? []
  const all = integer + fraction
  let from = 0
  while (all[from] === '0') from++
  let to = all.length
  while (to > from && all[to - 1] === '0') to--
  if (from === to) return '2'
  const size = exponentText(exponentSign === '-', exponent, integer.length - from) + all.slice(from, to)
  // With more digits a positive number is greater and a negative one is smaller. `~` sorts above digits.
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
  if (first === 'n') return NULL
  return NUMBER + numberText(json)
}

export const kindOf = (text: string): string => text.slice(0, 1)
export const isString = (text: string): boolean => text.startsWith(STRING)

/** Whether a string contains another. Both are order texts of strings. */
export function containsText(text: string, part: string): boolean {
  const characters = part.slice(1)
  for (let at = text.indexOf(characters, 1); at >= 0; at = text.indexOf(characters, at + 1)) {
    // A match must not begin inside an escape sequence.
    if (text[at - 1] !== ESCAPE) return true
  }
  return false
}

/** Compares by code point, as the store's indexes do. `<` compares UTF-16 units, which sort differently above U+FFFF. */
export function compareText(one: string, other: string): number {
  const length = Math.min(one.length, other.length)
  for (let at = 0; at < length; at++) {
    const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)]
    if (a !== b) return rank(a) - rank(b)
  }
  return one.length - other.length
}

/** Surrogates encode code points above all that fit in one unit. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)

/** The bytes of a text in an index key. The rest of the key's 1,024 bytes is for what follows. */
export const MAX_INDEXED_BYTES = 900

/** Cuts a text to {@link MAX_INDEXED_BYTES}, at the end of a character. */
export function cutText(text: string): string {
  // A UTF-16 unit takes three bytes at most, so most texts need no counting.
  if (text.length * 3 <= MAX_INDEXED_BYTES) return text
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(MAX_INDEXED_BYTES))
  return text.slice(0, read)
}

/** The greatest character of 0, 1, 2 and 3 bytes of UTF-8. */
const GREATEST = ['', '\u007f', '\u07ff', '\uffff'] as const

/**
 * The text in an index key: the whole order text, or its first 900 bytes. If a character does not fit before the limit, it is
 * greater than every character that does, so the greatest one that fits replaces it. Texts that differ only after the cut tie.
 * @param isCut - Whether `text` was already cut by `cutText`.
 */
export function indexText(text: string, isCut = false): string {
  const cut = cutText(text)
  if (!isCut && cut.length === text.length) return text
  return cut + (GREATEST[MAX_INDEXED_BYTES - Buffer.byteLength(cut)] ?? '')
}

/** The lowest text above every text with this prefix, or undefined if there is none. */
export function after(prefix: string): string | undefined {
  const characters = [...prefix]
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const point = last.codePointAt(0) ?? 0
    if (point < 0x10ffff) return characters.join('') + String.fromCodePoint(point === 0xd7ff ? 0xe000 : point + 1)
  }
  return undefined
}
