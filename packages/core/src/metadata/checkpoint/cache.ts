import type { CachedCheckpoint, Context } from '../../context.ts'
import type { Checkpoint } from '../../run/checkpoint.ts'
import type { Clock } from '../../table/clock.ts'
import { createTtlCache, type TtlCache } from '../../ttl-cache.ts'
import type { State } from '../fold.ts'
import { foldIndex, readIndex } from './segment.ts'

const TTL_MS = 600_000
const MAX_ENTRIES = 64
/** UTF-16 units. Larger checkpoints are not cached. */
const MAX_UNITS = 2 * 1024 * 1024

export const createCheckpointCache = (clock: Clock): TtlCache<CachedCheckpoint> =>
  createTtlCache(clock, { ttlMs: TTL_MS, maxEntries: MAX_ENTRIES })

/** @throws CheckpointGone */
export async function foldCheckpoint(
  { table, checkpointCache }: Pick<Context, 'table' | 'checkpointCache'>,
  state: State,
  pk: string,
  { id, parts, watermark }: Checkpoint,
): Promise<void> {
  const cached = checkpointCache.get(pk)
  const text = cached?.id === id ? cached.text : await readIndex(table, pk, id, parts)
  if (text.length <= MAX_UNITS) checkpointCache.set(pk, { id, watermark, text })
  foldIndex(state, table, pk, id, text)
}
