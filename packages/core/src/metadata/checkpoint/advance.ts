import { randomBytes } from 'node:crypto'
import type { Context } from '../../context.ts'
import type { Deadline } from '../../deadline.ts'
import { Failure } from '../../failure.ts'
import { mapLimit } from '../../map-limit.ts'
import {
  type Checkpoint,
  checkpointIn,
  guardIn,
  milestonesIn,
  toCheckpointChange,
  unchanged,
} from '../../run/checkpoint.ts'
import { requiredString } from '../../table/attribute.ts'
import { CHECKPOINT_SK_PREFIX, checkpointIdOf, isLog, runKey } from '../../table/keys.ts'
import type { Item, Key, Table } from '../../table/port.ts'
import { emptyState, foldLog, inOrder, load, type State, unitsOf } from '../fold.ts'
import { fromLogItem } from '../log.ts'
import { watermarkAfter } from '../position.ts'
import { watermarkOf } from './age.ts'
import { checkpointsIn, withMilestone } from './milestone.ts'
import { CheckpointGone, foldSegments, toSegments } from './segment.ts'

/** A slice ends after this many logs, or UTF-16 units of their keys and values. */
const SLICE = { logs: 16_384, units: 64 * 1024 * 1024 }
const RANDOM_BYTES = 8
const MAX_CONCURRENT = 4

/** Seals the record, unless an earlier seal is not reached yet. @returns undefined if another request changed the record */
async function sealRecord(context: Context, record: Item): Promise<Item | undefined> {
  const { seal } = guardIn(record)
  if (seal !== undefined && checkpointIn(record)?.watermark !== seal) return record
  const watermark = watermarkOf(context)
  // A seal only rises, so that checkpoints stay at or below it.
  if (watermark <= (seal ?? '')) return undefined
  return context.table.update({ pk: record.pk, sk: record.sk }, unchanged(record), { set: { seal: watermark } })
}

/**
 * Folds a run's logs into its checkpoint, slice by slice, oldest first, up to the seal or until the time is over. Each slice
 * is stored, so that a later request continues where this one stopped.
 *
 * It seals the record first, then reads the logs. A writer that stores a log below the seal later sees the seal, and
 * invalidates this checkpoint (see `ensureVisible`). If several requests advance the same checkpoint, only one succeeds. It
 * can stop anywhere: a checkpoint is used only once the record names it, and a later call removes others.
 * @param record - The run's record, read strongly consistent.
 * @param isOver - When to stop.
 */
async function advance(context: Context, id: string, record: Item, isOver: Deadline): Promise<void> {
  const { table, project } = context
  const begun = await sealRecord(context, record)
  const seal = begun === undefined ? undefined : guardIn(begun).seal
  if (begun === undefined || seal === undefined) return
  const { pk } = runKey(project, id)
  const state = emptyState()
  const base = await foldBase(context, begun, state)
  const floor = base?.watermark ?? ''
  let named = begun
  let logs = base?.logs ?? 0
  let slice = { logs: 0, units: 0 }
  let last = ''
  const range = { upTo: seal, isAscending: true, ...(floor === '' ? {} : { above: floor }) }
  for await (const { items, isLast } of table.pages(pk, range)) {
    for (const item of items) {
      const position = requiredString(item, 'pos')
      if (!isLog(item) || position < floor) continue
      const log = await fromLogItem(table, item)
      foldLog(state, log)
      last = position
      logs++
      slice.logs++
      slice.units += unitsOf(log)
    }
    const isEnd = isLast || isOver()
    if (!isEnd && slice.logs < SLICE.logs && slice.units < SLICE.units) continue
    if (last === '' && !isLast) return
    const next = await storeSlice(context, named, state, {
      watermark: isLast ? seal : watermarkAfter(last),
      logs,
      isSame: slice.logs === 0 && base !== undefined && base.id === checkpointIn(begun)?.id,
    })
    if (next === undefined || isEnd) return
    named = next
    slice = { logs: 0, units: 0 }
  }
}

/** Folds the newest checkpoint whose items still exist, if any. */
async function foldBase({ table }: Context, record: Item, state: State): Promise<Checkpoint | undefined> {
  for (const one of checkpointsIn(record).reverse()) {
    try {
      await foldSegments(state, table, record.pk, one)
      return one
    } catch (error) {
      if (!(error instanceof CheckpointGone)) throw error
    }
  }
  return undefined
}

/** Stores a state as the new checkpoint. @returns the record, or undefined if another request changed it */
async function storeSlice(
  { table }: Context,
  record: Item,
  state: State,
  { watermark, logs, isSame }: Pick<Checkpoint, 'watermark' | 'logs'> & { readonly isSame: boolean },
): Promise<Item | undefined> {
  const { pk, sk } = record
  const base = checkpointIn(record)
  const milestones = milestonesIn(record)
  if (base !== undefined && isSame) {
    return table.update({ pk, sk }, unchanged(record), toCheckpointChange({ ...base, watermark }, milestones))
  }
  await load([...inOrder(state)].map(({ latest }) => latest))
  const id = idOf(guardIn(record).generation ?? 0, watermark)
  const { items, parts, keys, bytes } = await toSegments(pk, id, state)
  await mapLimit(items, MAX_CONCURRENT, async (item) => void (await table.put(item, { exists: false })))
  const kept = base === undefined ? milestones : withMilestone(milestones, base)
  const naming = toCheckpointChange({ watermark, id, parts, keys, bytes, logs }, kept)
  const named = await table.update({ pk, sk }, unchanged(record), naming)
  if (named === undefined) await removeCheckpoints(table, record, (other) => other === id)
  else await removeCheckpoints(table, record, isGarbage(record, [id, ...kept.map((one) => one.id)]))
  return named
}

/** The id of a checkpoint includes what {@link isGarbage} compares. */
const idOf = (generation: number, watermark: string): string =>
  [generation, watermark, randomBytes(RANDOM_BYTES).toString('hex')].join('.')

/**
 * Returns whether a checkpoint can be removed: the record does not name it, and never will. That is so if it is not ahead of
 * the checkpoint that was just replaced, because its maker began with an older record and cannot update the record now.
 */
function isGarbage(replaced: Item, named: readonly string[]): (id: string) => boolean {
  const { generation: current = 0 } = guardIn(replaced)
  const base = checkpointIn(replaced)
  return (id) => {
    const [generation, watermark = ''] = id.split('.')
    if (named.includes(id) || Number(generation) > current) return false
    return id === base?.id || Number(generation) < current || watermark <= (base?.watermark ?? '')
  }
}

/** Removes checkpoints. A reader of a removed checkpoint starts again with the record. */
async function removeCheckpoints(table: Table, { pk }: Key, isGone: (id: string) => boolean): Promise<void> {
  for await (const keys of table.keys(pk, CHECKPOINT_SK_PREFIX)) {
    await table.removeMany(keys.filter((key) => isGone(checkpointIdOf(key))))
  }
}

/** Advances the checkpoint. Concurrent calls on this server wait for the same work. */
export async function advanceOnce(context: Context, id: string, record: Item, isOver: Deadline): Promise<void> {
  const { advancing } = context
  const running = advancing.get(record.pk)
  if (running !== undefined) return running.catch(() => undefined)
  const made = advance(context, id, record, isOver).finally(() => advancing.delete(record.pk))
  advancing.set(record.pk, made)
  return made
}

/** Advances the checkpoint after the caller's own work is done. A checkpoint is a cache, so a failing store is ignored. */
export async function advanceQuietly(context: Context, id: string, record: Item, isOver: Deadline): Promise<void> {
  if (context.advancing.has(record.pk)) return
  try {
    await advanceOnce(context, id, record, isOver)
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'store_unavailable')) throw error
  }
}
