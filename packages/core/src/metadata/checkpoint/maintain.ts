import type { Context } from '../../context.ts'
import { runKey } from '../../table/keys.ts'
import { createTtlCache, type TtlCache } from '../../ttl-cache.ts'
import { advanceQuietly } from './advance.ts'

/** Logs of one run after which the server that took them brings the run's checkpoint up to them. */
const CHECKPOINT_EVERY_LOGS = 1024
/** Milliseconds that a log waits for that at most, but for one slice. */
const BUDGET_MS = 1000
const TTL_MS = 86_400_000
const MAX_RUNS = 10_000

export const createLogCounts = (): TtlCache<number> => createTtlCache({ ttlMs: TTL_MS, maxEntries: MAX_RUNS })

/**
 * Advances a run's checkpoint now and then while logs are written, so that a run that was never read can be read
 * when somebody does. The log that it falls to is durable by then.
 */
export async function maintain(context: Context, id: string): Promise<void> {
  const { table, project, logCounts } = context
  const key = runKey(project, id)
  const count = (logCounts.get(key.pk) ?? 0) + 1
  logCounts.set(key.pk, count % CHECKPOINT_EVERY_LOGS)
  if (count < CHECKPOINT_EVERY_LOGS) return
  const record = await table.get(key).catch(() => undefined)
  if (record?.name !== undefined) await advanceQuietly(context, id, record, performance.now() + BUDGET_MS)
}
