import { LIMITS } from './limits.ts'

const CONTROL = /\p{Cc}/u

/** Says what is wrong with a metadata key, or nothing where it is a good one. Inside a value any member name goes. */
export function keyFault(key: string): string | undefined {
  if (key === '') return 'is an empty metadata key'
  // A UTF-16 unit is at most three bytes of UTF-8, so short keys need no counting.
  if (key.length * 3 > LIMITS.keyBytes) {
    const bytes = new TextEncoder().encode(key).length
    if (bytes > LIMITS.keyBytes) return `is a metadata key of ${bytes} bytes, and ${LIMITS.keyBytes} is the limit`
  }
  if (CONTROL.test(key)) return 'is a metadata key with control characters'
  return undefined
}
