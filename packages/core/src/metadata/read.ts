import type { Context } from '../context.ts'
import { cacheRun, runIn } from '../run/cache.ts'
import { checkpointIn } from '../run/checkpoint.ts'
import type { StoredRun } from '../run/record.ts'
import { requiredString } from '../table/attribute.ts'
import { isLog, runKey } from '../table/keys.ts'
import type { Item } from '../table/port.ts'
import { watermarkOf } from './checkpoint/age.ts'
import { CheckpointGone, takeSegments } from './checkpoint/segment.ts'
import { emptyState, type State, take } from './fold.ts'
import { fromLogItem } from './log.ts'

/** A run and what its logs come to. Values that are kept apart are not loaded yet. */
export interface Reading {
  readonly run: StoredRun
  /** As it was read before the logs. */
  readonly record: Item
  readonly state: State
  /** The greatest position that was read; `""` where nothing was logged. */
  readonly newest: string
  /** Logs read one by one that a checkpoint made now would hold, and the UTF-16 units of their keys and values. */
  readonly old: { readonly logs: number; readonly units: number }
}

export interface ReadOptions {
  /** Reads the run as it was at this position. */
  readonly upTo?: string
}

/** Items that are asked for first: the record, and the logs that a checkpoint leaves to be read one by one. */
const FIRST_PAGE_ITEMS = 80
/** How often a checkpoint that a newer one replaced meanwhile is looked for anew before the logs are read without one. */
const MAX_TRIES = 3

const positionOf = (item: Item): string => requiredString(item, 'pos')

/** Folds logs above a floor, and counts those that are old enough for a checkpoint. */
function folding({ table, clock }: Context, floor: string) {
  const watermark = watermarkOf(clock)
  const state = emptyState()
  let newest = floor
  const old = { logs: 0, units: 0 }
  async function fold(items: readonly Item[]): Promise<void> {
    for (const item of items) {
      if (!isLog(item) || positionOf(item) < floor) continue
      const log = await fromLogItem(table, item)
      take(state, log)
      if (log.position > newest) newest = log.position
      if (log.position > watermark) continue
      old.logs++
      for (const { key, length } of log.entries) old.units += key.length + length
    }
  }
  return { state, old, fold, newest: () => newest }
}

/** What `use` makes of a run; it may load values. Nothing where there is no such run. */
export async function withReading<T>(
  context: Context,
  id: string,
  options: ReadOptions,
  use: (reading: Reading) => Promise<T>,
): Promise<T | undefined> {
  for (let attempt = 0; ; attempt++) {
    try {
      const reading = await readOnce(context, id, options, attempt < MAX_TRIES)
      return reading === undefined ? undefined : await use(reading)
    } catch (error) {
      if (!(error instanceof CheckpointGone)) throw error
    }
  }
}

async function readOnce(
  context: Context,
  id: string,
  { upTo }: ReadOptions,
  trustsCheckpoint: boolean,
): Promise<Reading | undefined> {
  const { table } = context
  const head = await readHead(context, id, upTo)
  const run = head === undefined ? undefined : runIn(context, head.record)
  if (head === undefined || run === undefined) return undefined
  cacheRun(context, run, head.record)
  const { record, logs, rest } = head
  const found = trustsCheckpoint ? checkpointIn(record) : undefined
  const checkpoint = found !== undefined && (upTo === undefined || found.watermark <= upTo) ? found : undefined
  const above = checkpoint?.watermark ?? ''
  const { state, old, fold, newest } = folding(context, above)
  await fold(logs)
  const readRest = async (from: string) => {
    const range = { upTo: from, ...(above === '' ? {} : { above }) }
    for await (const { items } of table.pages(record.pk, range)) await fold(items)
  }
  await Promise.all([
    checkpoint === undefined ? undefined : takeSegments(state, table, record.pk, checkpoint),
    rest !== undefined && rest > above ? readRest(rest) : undefined,
  ])
  return { run, record, state, old, newest: newest() }
}

interface Head {
  readonly record: Item
  readonly logs: readonly Item[]
  /** The position that reading goes on from, itself included, where there may be more. */
  readonly rest?: string
}

/** The record, which comes first of its partition, with the newest logs; of a run as it was, the record alone. */
async function readHead({ table, project }: Context, id: string, upTo: string | undefined): Promise<Head | undefined> {
  const key = runKey(project, id)
  if (upTo !== undefined) {
    const record = await table.get(key)
    return record === undefined ? undefined : { record, logs: [], rest: upTo }
  }
  for await (const { items, isLast } of table.pages(key.pk, { first: FIRST_PAGE_ITEMS })) {
    const [record, ...logs] = items
    if (record === undefined || record.sk !== key.sk) return undefined
    return { record, logs, ...(isLast ? {} : { rest: positionOf(items.at(-1) ?? record) }) }
  }
  return undefined
}
