const UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const
const STEP = 1024n
/** Digits beyond which nobody means a size. */
const MAX_DIGITS = 40

/** A whole JSON number in plain digits; undefined if it is too long to be a size. */
function wholeOf(text: string): bigint | undefined {
  const [, whole = '', fraction = '', power = '0'] = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const zeros = Number(power) - fraction.length
  if (whole === '' || Math.abs(zeros) > MAX_DIGITS || text.length > MAX_DIGITS) return undefined
  const digits = whole + fraction
  return zeros >= 0 ? BigInt(digits + '0'.repeat(zeros)) : BigInt(digits.slice(0, zeros) || '0')
}

/** Bytes in binary units, such as `1.50 GiB`; nothing for less than 1 KiB, and for what is no size of anything. */
export function binarySize(text: string): string | undefined {
  const bytes = wholeOf(text)
  if (bytes === undefined || bytes < STEP) return undefined
  let unit = 1n
  let index = -1
  while (index < UNITS.length - 1 && bytes >= unit * STEP) {
    unit *= STEP
    index++
  }
  const hundredths = (bytes * 100n + unit / 2n) / unit
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')} ${UNITS[index]}`
}
