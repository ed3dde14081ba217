const UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const
const STEP = 1024n
/** A longer number is not a size. */
const MAX_DIGITS = 40

/** Parses a JSON number, without its fraction. @returns undefined if it is too long to be a size */
function wholeOf(text: string): bigint | undefined {
  const [, whole = '', fraction = '', power = '0'] = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const zeros = Number(power) - fraction.length
  if (whole === '' || Math.abs(zeros) > MAX_DIGITS || text.length > MAX_DIGITS) return undefined
  const digits = whole + fraction
  return zeros >= 0 ? BigInt(digits + '0'.repeat(zeros)) : BigInt(digits.slice(0, zeros) || '0')
}

/** Formats bytes in binary units, such as `1.50 GiB`. @returns undefined below 1 KiB, and for a number that is not a size */
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
