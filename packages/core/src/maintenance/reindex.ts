import type { Server } from '../context.ts'
import { factRows } from '../index/facts.ts'
import { type KeyLeaves, keyHashesOf, type Row, toRows, toUnsetRow } from '../index/rows.ts'
import { putRows, rowOwnerOf } from '../index/write.ts'
import { readLog } from '../json/body.ts'
import { SEARCHABLE } from '../json/scan.ts'
import { fromLogItem, type LogValues } from '../metadata/log.ts'
import { watermarkAt } from '../metadata/position.ts'
import { wideWrite } from '../metadata/searchable.ts'
import { recordedRun } from '../run/cache.ts'
import type { StoredRun } from '../run/record.ts'
import { optionalString } from '../table/attribute.ts'
import { idOfRunKey, isLog, projectOfRunKey, runKey } from '../table/keys.ts'
import type { Item, Key } from '../table/port.ts'
import { writeAll } from '../table/write-all.ts'

/** Rebuilds the search index from the runs and their logs, after a crash between a log and its rows or a change of shards. */

type ReindexTarget = Pick<Server, 'table' | 'shardsOf'> & { readonly project: string }

const BATCH_ROWS = 100

/** The searchable scalars of a stored log. The log is parsed again, so that they are the same as when it was written. */
async function leavesOf(log: LogValues): Promise<readonly KeyLeaves[]> {
  await log.load()
  const members = log.entries.map(({ key, text }) => `${JSON.stringify(key)}:${text()}`)
  return readLog(`{"metadata":{${members.join(',')}}}`).content().entries
}

const isOfRun = ({ step, isRelated, unset }: LogValues): boolean =>
  step === undefined || (isRelated && unset === undefined)

/** All rows of a run's metadata, and the position of its latest log with more keys than rows. */
async function rowsOf(target: ReindexTarget, run: StoredRun): Promise<{ rows: Row[]; lastWideLog: string }> {
  const owner = rowOwnerOf(target, run)
  const rows: Row[] = []
  const seen = new Set<string>()
  let lastWideLog = ''

  async function take(log: LogValues): Promise<void> {
    if (!isOfRun(log)) return
    const isWide = log.entries.length > SEARCHABLE.leaves
    if (isWide && log.position > lastWideLog) lastWideLog = log.position
    if (log.unset !== undefined && !seen.has(log.unset)) rows.push(toUnsetRow(owner, log.position, log.unset))
    const all = log.entries.some(({ key }) => !seen.has(key)) ? await leavesOf(log) : []
    const marks = keyHashesOf(all)
    const keys = all.filter(({ key }) => !seen.has(key))
    const written = isWide ? keys.filter(({ leaves }) => leaves.length > 0) : keys
    rows.push(...written.flatMap((key) => toRows(owner, log.position, key, marks)))
    for (const { key } of keys) seen.add(key)
    if (log.unset !== undefined) seen.add(log.unset)
  }

  for await (const { items } of target.table.pages(runKey(target.project, run.id).pk)) {
    // The newest log comes first, so the first row of each key is the right one.
    for (const item of items) if (isLog(item)) await take(await fromLogItem(target.table, item))
  }
  return { rows, lastWideLog }
}

const isSame = (item: Item, row: Row): boolean => Object.entries(row).every(([name, value]) => item[name] === value)

/** Writes the rows that are missing or wrong. @returns how many */
async function repair(target: ReindexTarget, rows: readonly Row[]): Promise<number> {
  let repaired = 0
  for (let from = 0; from < rows.length; from += BATCH_ROWS) {
    const batch = rows.slice(from, from + BATCH_ROWS)
    const stored = new Map((await target.table.getMany(batch)).map((item) => [item.sk, item]))
    const wrong = batch.filter((row) => {
      const item = stored.get(row.sk)
      return item === undefined || !isSame(item, row)
    })
    await putRows(target, wrong)
    repaired += wrong.length
  }
  return repaired
}

/** Repairs the rows of one run. Others may log to it meanwhile. @returns how many rows were missing or wrong */
async function reindexRun(target: ReindexTarget, id: string): Promise<number> {
  const record = await target.table.get(runKey(target.project, id))
  const run = recordedRun(target, record)
  if (record === undefined || run === undefined) return 0
  const { rows, lastWideLog } = run.isIndexed ? await rowsOf(target, run) : { rows: [], lastWideLog: '' }
  if (lastWideLog > (optionalString(record, 'lastWideLog') ?? ''))
    await writeAll(target.table, [wideWrite(target, run, lastWideLog)])
  return repair(target, [...factRows(target, run), ...rows])
}

export interface ReindexOptions {
  /** Milliseconds since 1970. Skips runs that were not created, changed or logged to since then. @default all runs */
  readonly since?: number
  /** `next` of an earlier call. */
  readonly from?: Key
  /** Called after each page of the table: whether to stop. */
  readonly isEnough?: () => boolean
}

export interface Reindexed {
  readonly runs: number
  /** How many were missing or wrong, and were written. */
  readonly rows: number
  /** Where it stopped. Absent at the end of the table. */
  readonly next?: Key
}

/** Checks all runs of all projects and repairs their rows. Servers may keep running, and it can be repeated. */
export async function reindex(
  { table, shardsOf }: Pick<Server, 'table' | 'shardsOf'>,
  { since, from, isEnough = () => false }: ReindexOptions = {},
): Promise<Reindexed> {
  let runs = 0
  let rows = 0
  const options = { ...(since === undefined ? {} : { since: watermarkAt(since) }), ...(from && { from }) }
  for await (const { keys, next } of table.scan(options)) {
    const partitions = new Map(keys.map((key) => [key.pk, key]))
    for (const key of partitions.values()) {
      const project = projectOfRunKey(key)
      rows += await reindexRun({ table, shardsOf, project }, idOfRunKey(project, key))
      runs++
    }
    if (next !== undefined && isEnough()) return { runs, rows, next }
  }
  return { runs, rows }
}
