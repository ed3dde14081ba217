/** The bytes of a body that cost as much as a small log. */
const UNIT_BYTES = 256 * 1024

/** The cost of a body, in units of a small log, in addition to the cost of the call. */
export const costOfBytes = (bytes: number): number => Math.floor(bytes / UNIT_BYTES)
