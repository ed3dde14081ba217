import type { Context, RunHead } from '../../context.ts'
import { contended } from '../../failure.ts'
import { runIn } from '../../run/cache.ts'
import { type Checkpoint, checkpointIn, guardIn, toCheckpointChange, unchanged } from '../../run/checkpoint.ts'
import { requiredString } from '../../table/attribute.ts'
import { runKey } from '../../table/keys.ts'
import type { ConditionCheck, Item, Table } from '../../table/port.ts'
import { emptyState, includesLog } from '../fold.ts'
import { removeLateWrites } from '../late.ts'
import { fromLogItem } from '../log.ts'
import { checkpointsIn } from './milestone.ts'
import { CheckpointGone, foldSegments } from './segment.ts'

/** A try fails only if another writer or checkpoint came first, so this many do not fail in a row. */
const MAX_TRIES = 8

/** Holds if the run exists and no seal is above the log. If it held as the log was written, {@link ensureVisible} is not needed. */
export const runCheckFor = (
  { project }: Pick<Context, 'project'>,
  { id, createdAt, expiresAt }: RunHead,
  position: string,
): ConditionCheck => ({
  key: runKey(project, id),
  condition: { exists: true, equals: { createdAt, expiresAt }, atMost: { seal: position } },
})

/**
 * Makes sure that all readers see a stored log, so that it can be acknowledged. If the record is sealed above the log, there
 * may be checkpoints without it: these are dropped, and a checkpoint that is being made fails. The log is never moved.
 * @param read - The record, if it was already read after the log was stored.
 * @throws Failure `run_not_found` if the run was deleted meanwhile; the log is removed then
 */
export async function ensureVisible(context: Context, runId: string, item: Item, read?: Item): Promise<void> {
  const { table, project } = context
  const key = runKey(project, runId)
  const position = requiredString(item, 'pos')
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const record = attempt === 0 && read !== undefined ? read : await table.get(key)
    if (record === undefined || runIn(context, record) === undefined) return removeLateWrites(context, runId)
    const { seal, generation = 0 } = guardIn(record)
    if (seal === undefined || seal <= position) return
    const checkpoint = checkpointIn(record)
    const made = checkpointsIn(record)
    const good: Checkpoint[] = []
    for (const one of made) if (one.watermark <= position || (await hasLog(table, item, one))) good.push(one)
    // Every later checkpoint is made from these checkpoints or from the log itself, so it includes the log.
    if (checkpoint !== undefined && checkpoint.watermark > position && good.length === made.length) return
    const naming = toCheckpointChange(good.at(-1), good.slice(0, -1))
    const change = { ...naming, set: { ...naming.set, generation: generation + 1 } }
    if ((await table.update(key, unchanged(record), change)) !== undefined) return
  }
  throw contended('run')
}

async function hasLog(table: Table, item: Item, checkpoint: Checkpoint): Promise<boolean> {
  const state = emptyState()
  const log = await fromLogItem(table, item)
  try {
    await foldSegments(state, table, item.pk, checkpoint)
  } catch (error) {
    if (error instanceof CheckpointGone) return false
    throw error
  }
  return includesLog(state, log)
}
