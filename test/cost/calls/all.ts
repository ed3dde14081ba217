import type { BudgetedCall } from './call.ts'
import { DOORS } from './doors.ts'
import { LISTS, READS } from './reads.ts'
import { CHANGES, CREATIONS, ENDS, LOGS, MANY_LOGS } from './writes.ts'

/** Each call of the API that has a budget. */
export const CALLS = {
  ...READS,
  ...LISTS,
  ...CREATIONS,
  ...LOGS,
  ...DOORS,
  ...CHANGES,
  ...MANY_LOGS,
  ...ENDS,
} as const satisfies Record<string, BudgetedCall>
