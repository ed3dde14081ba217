import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { cacheRun, runIn } from '../run/cache.ts'
import { type Checkpoint, checkpointIn } from '../run/checkpoint.ts'
import type { StoredRun } from '../run/record.ts'
import { requiredString } from '../table/attribute.ts'
import { isLog, runKey } from '../table/keys.ts'
import type { Item } from '../table/port.ts'
import { advanceOnce, advanceQuietly } from './checkpoint/advance.ts'
import { watermarkOf } from './checkpoint/age.ts'
import { foldCheckpoint } from './checkpoint/cache.ts'
import { checkpointsIn, newestBelow } from './checkpoint/milestone.ts'
import { CheckpointGone } from './checkpoint/segment.ts'
import { emptyState, foldLog, type State, unitsOf } from './fold.ts'
import { fromLogItem } from './log.ts'

/** A run and the fold of its logs. Values that are stored in other items are not loaded yet. */
export interface FoldedRun {
  readonly run: StoredRun
  /** The run's record, read before the logs. */
  readonly record: Item
  readonly state: State
  /** The greatest position that was read, or the checkpoint's watermark. `""` if there are no logs. */
  readonly newest: string
  /** How many folded logs a new checkpoint would include, and the UTF-16 units of their keys and values. */
  readonly old: { readonly logs: number; readonly units: number }
}

/** A moment as of which a run is read. */
export interface Moment {
  /** The last position that is included. @default all */
  readonly upTo?: string | undefined
}

/** How many old logs, and UTF-16 units of their keys and values, a read folds. With more, it first advances the checkpoint. */
const MAX_UNCHECKPOINTED = { logs: 8192, units: 64 * 1024 * 1024 }
const CATCH_UP_BUDGET_MS = 7000
/** The size of the first page: the record, and usually all logs above the checkpoint. */
const FIRST_PAGE_ITEMS = 80
/** How often a read starts again when a newer checkpoint replaced its own. After that it reads the logs without one. */
const MAX_TRIES = 3

const positionOf = (item: Item): string => requiredString(item, 'pos')

/** Folds logs above a position, and counts those that are old enough for a checkpoint. */
function createFold(context: Context, floor: string) {
  const watermark = watermarkOf(context)
  const state = emptyState()
  let newest = floor
  const old = { logs: 0, units: 0 }
  async function fold(items: readonly Item[]): Promise<void> {
    for (const item of items) {
      if (!isLog(item) || positionOf(item) < floor) continue
      const log = await fromLogItem(context.table, item)
      foldLog(state, log)
      if (log.position > newest) newest = log.position
      if (log.position > watermark) continue
      old.logs++
      old.units += unitsOf(log)
    }
  }
  return { state, old, fold, newest: () => newest }
}

/**
 * Folds a run and calls `use` with it, which may load values. If the checkpoint is far behind, it is advanced first, slice
 * by slice. The next request continues where this one ran out of time.
 * @returns the result of `use`, or undefined if there is no run
 * @throws Failure `store_unavailable` if there was not enough time for all logs; the progress is kept
 */
export async function withFoldedRun<T>(
  context: Context,
  id: string,
  moment: Moment,
  use: (reading: FoldedRun) => Promise<T>,
): Promise<T | undefined> {
  const isOver = context.clock.deadline(CATCH_UP_BUDGET_MS)
  let tries = 0
  for (;;) {
    try {
      const found = await readOnce(context, id, moment, tries < MAX_TRIES)
      if (found === undefined) return undefined
      if ('state' in found) return await use(found)
      await advanceOnce(context, id, found.behind, isOver)
    } catch (error) {
      if (!(error instanceof CheckpointGone)) throw error
      tries++
    }
    if (isOver()) throw tooManyLogs()
  }
}

const tooManyLogs = (): Failure =>
  new Failure(
    'store_unavailable',
    'run: has more unread logs than one request can read; retry, it continues where this request stopped',
  )

function checkpointAt(record: Item, upTo: string | undefined): Checkpoint | undefined {
  return upTo === undefined ? checkpointIn(record) : newestBelow(checkpointsIn(record), upTo)
}

/** @returns `behind`, the record, if the checkpoint must be advanced before the run can be read */
async function readOnce(
  context: Context,
  id: string,
  { upTo }: Moment,
  trustsCheckpoint: boolean,
): Promise<FoldedRun | { readonly behind: Item } | undefined> {
  const { table } = context
  const head = await readHead(context, id, upTo)
  const run = head === undefined ? undefined : runIn(context, head.record)
  if (head === undefined || run === undefined) return undefined
  cacheRun(context, run, head.record)
  const { record, logs, rest } = head
  const checkpoint = trustsCheckpoint ? checkpointAt(record, upTo) : undefined
  const above = checkpoint?.watermark ?? ''
  const { state, old, fold, newest } = createFold(context, above)
  await fold(logs)
  const isFar = () =>
    trustsCheckpoint &&
    upTo === undefined &&
    (old.logs > MAX_UNCHECKPOINTED.logs || old.units > MAX_UNCHECKPOINTED.units)
  const readRest = async (from: string) => {
    const range = { upTo: from, ...(above === '' ? {} : { above }) }
    for await (const { items } of table.pages(record.pk, range)) {
      await fold(items)
      if (isFar()) return
    }
  }
  await Promise.all([
    checkpoint === undefined ? undefined : foldCheckpoint(context, state, record.pk, checkpoint),
    rest !== undefined && rest > above ? readRest(rest) : undefined,
  ])
  return isFar() ? { behind: record } : { run, record, state, old, newest: newest() }
}

interface Head {
  readonly record: Item
  readonly logs: readonly Item[]
  /** The position from which to read on, inclusive. Absent if there are no more logs. */
  readonly rest?: string
}

/** Reads the record and the newest logs in one query: the record sorts first. With `upTo` it reads only the record. */
async function readHead(context: Context, id: string, upTo: string | undefined): Promise<Head | undefined> {
  const { table, project, checkpointCache } = context
  const key = runKey(project, id)
  // Skip the logs below the cached checkpoint. If the record names another one, the rest is read later.
  const known = checkpointCache.get(key.pk)?.watermark
  if (upTo !== undefined) {
    const record = await table.get(key)
    return record === undefined ? undefined : { record, logs: [], rest: upTo }
  }
  const range = { first: FIRST_PAGE_ITEMS, ...(known === undefined ? {} : { above: known }) }
  for await (const { items, isLast } of table.pages(key.pk, range)) {
    const [record, ...logs] = items
    if (record === undefined || record.sk !== key.sk) return undefined
    const rest = isLast ? known : positionOf(items.at(-1) ?? record)
    return { record, logs, ...(rest === undefined ? {} : { rest }) }
  }
  return undefined
}

/** How many logs, or UTF-16 units of their keys and values, a reader must fold before it advances the checkpoint. */
const MIN_CHECKPOINTED = { logs: 64, units: 256 * 1024 }
/** How long a reader advances the checkpoint for the next reader. It finishes at least one slice. */
const CHECKPOINT_BUDGET_MS = 1000

export async function checkpointIfDue(context: Context, { run, record, old }: FoldedRun): Promise<void> {
  if (old.logs < MIN_CHECKPOINTED.logs && old.units < MIN_CHECKPOINTED.units) return
  await advanceQuietly(context, run.id, record, context.clock.deadline(CHECKPOINT_BUDGET_MS))
}
