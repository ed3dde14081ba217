import type { Context, RunCache, RunHead, RunWithSize } from '../context.ts'
import { present } from '../table/attribute.ts'
import type { Clock } from '../table/clock.ts'
import { runKey } from '../table/keys.ts'
import type { Item } from '../table/port.ts'
import { createTtlCache } from '../ttl-cache.ts'
import { checkpointIn } from './checkpoint.ts'
import { fromRunItem, type StoredRun } from './record.ts'

/** Less than the 15 s after which every server refuses logs to a deleted run. */
export const RUN_CACHE_TTL_MS = 10_000
const MAX_ENTRIES = 10_000

export const createRunCache = (clock: Clock): RunCache =>
  createTtlCache(clock, { ttlMs: RUN_CACHE_TTL_MS, maxEntries: MAX_ENTRIES })

const cacheKeyOf = ({ project }: Context, id: string): string => `${project}/${id}`

/** The run in a record, even if it has expired. A tombstone has none. */
export const recordedRun = ({ project }: Pick<Context, 'project'>, record: Item | undefined): StoredRun | undefined =>
  record?.name === undefined ? undefined : fromRunItem(project, record)

export const isExpired = ({ clock }: Pick<Context, 'clock'>, { expiresAt }: Pick<RunHead, 'expiresAt'>): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) <= clock.now()

/** The run in a record, unless it was deleted or has expired. */
export function runIn(context: Pick<Context, 'project' | 'clock'>, record: Item | undefined): StoredRun | undefined {
  const run = recordedRun(context, record)
  return run === undefined || isExpired(context, run) ? undefined : run
}

/** Caches a run. Without `record` the run is new and has no checkpoint. */
export function cacheRun(
  context: Context,
  { id, name, createdAt, isIndexed, expiresAt }: StoredRun,
  record?: Item,
): RunWithSize {
  const { keys = 0, bytes = 0 } = (record && checkpointIn(record)) ?? {}
  const run = { id, name, createdAt, isIndexed, size: { keys, bytes }, ...present({ expiresAt }) }
  context.runCache.set(cacheKeyOf(context, id), { run, jumpCount: context.clock.jumpCount() })
  return run
}

export const forgetRun = (context: Context, id: string): void => context.runCache.delete(cacheKeyOf(context, id))

export async function readRun(context: Context, id: string): Promise<StoredRun | undefined> {
  const record = await context.table.get(runKey(context.project, id))
  const run = runIn(context, record)
  if (run !== undefined) cacheRun(context, run, record)
  return run
}

/**
 * Returns a run from the cache, or reads it. If the machine's clock jumped after the run was cached, it reads the run again:
 * the age of the cache entry is unknown, and the reply syncs the clock.
 */
export async function cachedRun(context: Context, id: string): Promise<RunWithSize | undefined> {
  const known = context.runCache.get(cacheKeyOf(context, id))
  // If the cached run has expired, another server may have extended it.
  if (known?.jumpCount === context.clock.jumpCount() && !isExpired(context, known.run)) return known.run
  const record = await context.table.get(runKey(context.project, id))
  const run = runIn(context, record)
  return run && cacheRun(context, run, record)
}
