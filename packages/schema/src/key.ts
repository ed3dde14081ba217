import { LIMITS } from './limits.ts'

const CONTROL = /\p{Cc}/u

/** Returns why a metadata key is invalid. Inside a value any member name is allowed. */
export function keyFault(key: string): string | undefined {
  if (key === '') return 'metadata key is empty'
  // A UTF-16 unit is at most three bytes of UTF-8, so short keys need no counting.
  if (key.length * 3 > LIMITS.keyBytes) {
    const bytes = new TextEncoder().encode(key).length
    if (bytes > LIMITS.keyBytes) return `metadata key is ${bytes} bytes; the limit is ${LIMITS.keyBytes}`
  }
  if (CONTROL.test(key)) return 'metadata key contains control characters'
  return undefined
}
