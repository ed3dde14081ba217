import type { StoreTiming } from './port.ts'

/** Of DynamoDB, whose servers have clocks of their own. */
export const DISTRIBUTED: StoreTiming = { promptMs: 30_000, skewMs: 90_000 }
/** Of a store in the server's own process, where a look at the run costs next to nothing. */
export const EMBEDDED: StoreTiming = { promptMs: 0, skewMs: 0 }
