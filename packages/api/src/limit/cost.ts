/** What a request costs, in units of a small log. The same units weigh a key's rate and a server's places. */

/** Bytes of a body that cost as much as a small log. */
const UNIT_BYTES = 256 * 1024

/** What the bytes of a body cost, beside what the call costs itself. */
export const costOfBytes = (bytes: number): number => Math.floor(bytes / UNIT_BYTES)
