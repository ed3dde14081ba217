import { randomBytes } from 'node:crypto'
import type { Context } from '../../context.ts'
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
import { emptyState, foldLog, inOrder, load, type State } from '../fold.ts'
import { fromLogItem } from '../log.ts'
import { watermarkAfter } from '../position.ts'
import { watermarkOf } from './age.ts'
import { withMilestone } from './milestone.ts'
import { CheckpointGone, foldSegments, toSegments } from './segment.ts'

/** Logs, and UTF-16 units of their keys and values, after which what was read is kept, and the next slice begins. */
const SLICE = { logs: 16_384, units: 64 * 1024 * 1024 }
const RANDOM_BYTES = 8
/** Pieces written at once. */
const MAX_CONCURRENT = 4

/** Seals the record, or goes on below the seal that an earlier reader set. @returns Nothing where another changed the record. */
async function sealRecord(context: Context, record: Item): Promise<Item | undefined> {
  const { seal } = guardIn(record)
  if (seal !== undefined && checkpointIn(record)?.watermark !== seal) return record
  const watermark = watermarkOf(context)
  // A seal only rises: a checkpoint that is named stays below it.
  if (watermark <= (seal ?? '')) return undefined
  return context.table.update({ pk: record.pk, sk: record.sk }, unchanged(record), { set: { seal: watermark } })
}

/**
 * Takes a run's logs into its checkpoint, slice by slice, the oldest first, up to the seal or until the time is over. Each
 * slice is kept by itself, so that a later request begins where this one stopped.
 *
 * The record is sealed first, and the logs are read after that: what a writer puts below the seal from then on, its own look
 * at the record finds (see `verify`). Of several that go on from one checkpoint, one names the next. It can stop anywhere:
 * what it wrote counts once the record names it, and a later one clears it away.
 * @param record - As it was read, strongly consistent.
 * @param until - Of `performance.now()`.
 */
export async function advance(context: Context, id: string, record: Item, until: number): Promise<void> {
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
      for (const { key, length } of log.entries) slice.units += key.length + length
    }
    const isOver = isLast || performance.now() > until
    if (!isOver && slice.logs < SLICE.logs && slice.units < SLICE.units) continue
    if (last === '' && !isLast) return
    const next = await storeSlice(context, named, state, {
      watermark: isLast ? seal : watermarkAfter(last),
      logs,
      isSame: slice.logs === 0 && base !== undefined && base.id === checkpointIn(begun)?.id,
    })
    if (next === undefined || isOver) return
    named = next
    slice = { logs: 0, units: 0 }
  }
}

/** Takes the newest checkpoint whose items are there, which is the one that the record names unless somebody removed some. */
async function foldBase({ table }: Context, record: Item, state: State): Promise<Checkpoint | undefined> {
  const newest = checkpointIn(record)
  for (const one of [...(newest === undefined ? [] : [newest]), ...milestonesIn(record).reverse()]) {
    try {
      await foldSegments(state, table, record.pk, one)
      return one
    } catch (error) {
      if (!(error instanceof CheckpointGone)) throw error
    }
  }
  return undefined
}

/** Writes a state, unless it is the same as the one that is named, and names it in the record. @returns The record; nothing where another changed it. */
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

/** A checkpoint's name tells what it can replace: see {@link isGarbage}. */
const idOf = (generation: number, watermark: string): string =>
  [generation, watermark, randomBytes(RANDOM_BYTES).toString('hex')].join('.')

/**
 * Whether a checkpoint is named no more, and never will be: it is not further than the one that was just replaced, so whoever
 * makes it began with an earlier one, and cannot name it.
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

/** Removes checkpoints. A reader whose checkpoint goes reads the record again. */
async function removeCheckpoints(table: Table, { pk }: Key, isGone: (id: string) => boolean): Promise<void> {
  for await (const keys of table.keys(pk, CHECKPOINT_SK_PREFIX)) {
    await table.removeMany(keys.filter((key) => isGone(checkpointIdOf(key))))
  }
}

/** Advances the checkpoint once at a time on this server: who comes meanwhile waits for the same. */
export async function advanceOnce(context: Context, id: string, record: Item, until: number): Promise<void> {
  const { advancing } = context
  const running = advancing.get(record.pk)
  if (running !== undefined) return running.catch(() => undefined)
  const made = advance(context, id, record, until).finally(() => advancing.delete(record.pk))
  advancing.set(record.pk, made)
  return made
}

/** The same for a caller whose own work is done. A checkpoint is a cache: a store that fails meanwhile is not the caller's failure. */
export async function advanceQuietly(context: Context, id: string, record: Item, until: number): Promise<void> {
  if (context.advancing.has(record.pk)) return
  try {
    await advanceOnce(context, id, record, until)
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'store_unavailable')) throw error
  }
}
