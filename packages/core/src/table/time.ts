import type { Clock } from './clock.ts'
import { HEALTH_KEY } from './keys.ts'
import type { Table } from './port.ts'

/** Returns the store's time, in ms since 1970. It first asks the store if the clock is not synced: it may be minutes off. */
export async function storeTime({ table, clock }: { readonly table: Table; readonly clock: Clock }): Promise<number> {
  if (!clock.isSynced()) await table.get(HEALTH_KEY)
  return clock.now()
}
