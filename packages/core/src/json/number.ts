const LITERAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/** Whether a JSON number literal stands for a whole number, 0 or more, however it is written: `1e3`, `2.50e1`, `-0`. */
export function isWholeNumber(literal: string): boolean {
  const [, sign = '', integer = '', fraction = '', exponent = '0'] = LITERAL.exec(literal) ?? []
  if (integer === '') return false
  const digits = integer + fraction
  // A regular expression for trailing zeros takes quadratic time, so count them.
  let last = digits.length
  while (last > 0 && digits[last - 1] === '0') last--
  if (last === 0) return true
  if (sign === '-') return false
  // The number is whole if its last nonzero digit is before the point, after the exponent has moved the point.
  return last <= integer.length + Number(exponent)
}
