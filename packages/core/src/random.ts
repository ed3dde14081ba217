import { randomFillSync } from 'node:crypto'

/** Bytes that are made at once: a call for a few costs as much as one for thousands. */
const POOL_BYTES = 4096

const pool = Buffer.alloc(POOL_BYTES)
let used = POOL_BYTES

/** Random bytes, good enough for secrets. The buffer is the caller's own. */
export function randomBytes(count: number): Buffer {
  if (used + count > POOL_BYTES) {
    randomFillSync(pool)
    used = 0
  }
  used += count
  return Buffer.from(pool.subarray(used - count, used))
}
