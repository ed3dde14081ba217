/** Costs in units of a small log. A key's rate and a server's places both count these units. */

/** So many bytes of a body cost one unit. */
const UNIT_BYTES = 256 * 1024

/** The cost of a body, in addition to the cost of the call. */
export const costOfBytes = (bytes: number): number => Math.floor(bytes / UNIT_BYTES)
