import type { StoreTiming } from './port.ts'

/** Each of DynamoDB's servers has its own clock. */
export const DISTRIBUTED: StoreTiming = { promptMs: 30_000, skewMs: 90_000 }
/** A store in the server's own process, where checking the run costs next to nothing. */
export const EMBEDDED: StoreTiming = { promptMs: 0, skewMs: 0 }
