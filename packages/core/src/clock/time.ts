import type { Server } from '../context.ts'
import { HEALTH_KEY } from '../store/item.ts'

/** The store's time, in ms since 1970. A server that was told none yet asks first: its machine's clock may be minutes off. */
export async function storeTime({ store, clock }: Pick<Server, 'store' | 'clock'>): Promise<number> {
  if (!clock.isTold()) await store.get(HEALTH_KEY)
  return clock.now()
}
