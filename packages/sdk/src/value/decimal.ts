const NUMBER = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/
const ZERO = 48

/**
 * The exact value of a JSON number as text, the same however the number is written: its digits, without zeros at either end, and the
 * power of ten. Undefined if `text` is not a JSON number.
 */
export function decimal(text: string): string | undefined {
  const parts = NUMBER.exec(text)
  if (parts === null) return undefined
  const [, sign, whole = '', fraction = '', power = '0'] = parts
  const all = whole + fraction
  // Counted, not matched: an expression that looks for zeros before an end takes quadratic time on many of them.
  let from = 0
  while (all.charCodeAt(from) === ZERO) from++
  let to = all.length
  while (to > from && all.charCodeAt(to - 1) === ZERO) to--
  if (from === to) return '0e0'
  // An exponent beyond 2^53 is rounded here, and still differs from the exponent of every double.
  return `${sign}${all.slice(from, to)}e${Number(power) - fraction.length + (all.length - to)}`
}

/** Whether both texts are JSON numbers with exactly the same value. */
export function isSameDecimal(left: string, right: string): boolean {
  const value = decimal(left)
  return value !== undefined && value === decimal(right)
}

/** Whether a JSON number is an integer, 0 or more. */
export const isWhole = (text: string): boolean => decimal(text)?.includes('-') === false
