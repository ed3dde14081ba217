import type { Clock } from './clock.ts'
import { HEALTH_KEY } from './keys.ts'
import type { Table } from './port.ts'

/** The store's time, in ms since 1970. A server that does not know it yet asks first: its machine's clock may be minutes off. */
export async function storeTime({ table, clock }: { readonly table: Table; readonly clock: Clock }): Promise<number> {
  if (!clock.isSynced()) await table.get(HEALTH_KEY)
  return clock.now()
}
