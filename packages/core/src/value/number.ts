const LITERAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/** Whether a JSON number literal stands for a whole number, 0 or more, however it is written: `1e3`, `2.50e1`, `-0`. */
export function isWholeNumber(literal: string): boolean {
  const [, sign = '', integer = '', fraction = '', exponent = '0'] = LITERAL.exec(literal) ?? []
  if (integer === '') return false
  const digits = (integer + fraction).replace(/0+$/, '')
  if (/^0*$/.test(digits)) return true
  if (sign === '-') return false
  // Digits after the point once trailing zeros are gone, against how far the exponent moves the point.
  const point = integer.length + Number(exponent)
  return digits.length <= point
}
