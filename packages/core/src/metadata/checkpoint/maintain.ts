import type { Context } from '../../context.ts'
import type { Clock } from '../../table/clock.ts'
import { runKey } from '../../table/keys.ts'
import { createTtlCache, type TtlCache } from '../../ttl-cache.ts'
import { advanceQuietly } from './advance.ts'

/** A server advances the checkpoint of a run after it has written this many logs to the run. */
const CHECKPOINT_EVERY_LOGS = 1024
/** How long the log's request advances the checkpoint. It finishes at least one slice. */
const BUDGET_MS = 1000
const TTL_MS = 86_400_000
const MAX_RUNS = 10_000

export const createLogCounts = (clock: Clock): TtlCache<number> =>
  createTtlCache(clock, { ttlMs: TTL_MS, maxEntries: MAX_RUNS })

/** Keeps the first read of a long run fast. Call it after a log is durable. */
export async function maintain(context: Context, id: string): Promise<void> {
  const { table, project, logCounts, clock } = context
  const key = runKey(project, id)
  const count = (logCounts.get(key.pk) ?? 0) + 1
  logCounts.set(key.pk, count % CHECKPOINT_EVERY_LOGS)
  if (count < CHECKPOINT_EVERY_LOGS) return
  const record = await table.get(key).catch(() => undefined)
  if (record?.name !== undefined) await advanceQuietly(context, id, record, clock.deadline(BUDGET_MS))
}
