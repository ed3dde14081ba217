const LITERAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/** Whether a JSON number literal stands for a whole number, 0 or more, however it is written: `1e3`, `2.50e1`, `-0`. */
export function isWholeNumber(literal: string): boolean {
  const [, sign = '', integer = '', fraction = '', exponent = '0'] = LITERAL.exec(literal) ?? []
  if (integer === '') return false
  const digits = integer + fraction
  // Counted, not matched: an expression that looks for zeros before an end takes quadratic time on many of them.
  let last = digits.length
  while (last > 0 && digits[last - 1] === '0') last--
  if (last === 0) return true
  if (sign === '-') return false
  // The last digit that counts stands before the point, wherever the exponent moves that.
  return last <= integer.length + Number(exponent)
}
