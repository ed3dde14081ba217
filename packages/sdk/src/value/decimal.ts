const NUMBER = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/
const ZERO = 48

/** The value of a JSON number: `digits`, without zeros at either end, times ten to the power of `exponent`. */
interface Decimal {
  readonly isNegative: boolean
  /** Empty for zero. */
  readonly digits: string
  readonly exponent: number
}

/** The exact value of a JSON number, or undefined if `text` is not one. */
export function decimal(text: string): Decimal | undefined {
  const parts = NUMBER.exec(text)
  if (parts === null) return undefined
  const [, sign, whole = '', fraction = '', power = '0'] = parts
  const all = whole + fraction
  // Counted, not matched: an expression that looks for zeros before an end takes quadratic time on many of them.
  let from = 0
  while (all.charCodeAt(from) === ZERO) from++
  let to = all.length
  while (to > from && all.charCodeAt(to - 1) === ZERO) to--
  const isZero = from === to
  return {
    isNegative: sign === '-',
    digits: all.slice(from, to),
    // An exponent too large for a number differs from that of every double, with which alone it is compared.
    exponent: isZero ? 0 : Number(power) - fraction.length + (all.length - to),
  }
}

/** Whether both texts are JSON numbers with exactly the same value. */
export function isSameDecimal(left: string, right: string): boolean {
  const a = decimal(left)
  const b = decimal(right)
  if (a === undefined || b === undefined) return false
  return a.digits === b.digits && a.exponent === b.exponent && (a.isNegative === b.isNegative || a.digits === '')
}

/** Whether a JSON number is an integer, 0 or more. */
export function isWhole(text: string): boolean {
  const value = decimal(text)
  return value !== undefined && value.exponent >= 0 && (!value.isNegative || value.digits === '')
}
