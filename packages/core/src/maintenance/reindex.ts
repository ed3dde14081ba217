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

/** Makes anew what search needs, from the runs and their logs: after a crash between a log and its rows, or a change of shards. */

/** What the rows of one run are made with. */
type ReindexTarget = Pick<Server, 'table' | 'shardsOf'> & { readonly project: string }

/** Rows that are looked at, and written where they are not as they should be, at once. */
const MAX_CONCURRENT = 100

/** The searchable scalars of a stored log, found in the way of the log itself. */
async function leavesOf(log: LogValues): Promise<readonly KeyLeaves[]> {
  await log.load()
  const members = log.entries.map(({ key, text }) => `${JSON.stringify(key)}:${text()}`)
  return readLog(`{"metadata":{${members.join(',')}}}`).content().entries
}

const isOfRun = ({ step, isRelated, unset }: LogValues): boolean =>
  step === undefined || (isRelated && unset === undefined)

/** All rows that a run's metadata has, and the position of its latest log of very many keys. */
async function rowsOf(scope: ReindexTarget, run: StoredRun): Promise<{ rows: Row[]; lastWideLog: string }> {
  const owner = rowOwnerOf(scope, run)
  const rows: Row[] = []
  const seen = new Set<string>()
  let lastWideLog = ''
  const newest = (keys: readonly KeyLeaves[]) => keys.filter(({ key }) => !seen.has(key))

  async function take(log: LogValues): Promise<void> {
    if (!isOfRun(log)) return
    const isWide = log.entries.length > SEARCHABLE.leaves
    if (isWide && log.position > lastWideLog) lastWideLog = log.position
    if (log.unset !== undefined && !seen.has(log.unset)) rows.push(toUnsetRow(owner, log.position, log.unset))
    const all = log.entries.some(({ key }) => !seen.has(key)) ? await leavesOf(log) : []
    const marks = keyHashesOf(all)
    const keys = newest(all)
    const written = isWide ? keys.filter(({ leaves }) => leaves.length > 0) : keys
    rows.push(...written.flatMap((key) => toRows(owner, log.position, key, marks)))
    for (const { key } of keys) seen.add(key)
    if (log.unset !== undefined) seen.add(log.unset)
  }

  for await (const { items } of scope.table.pages(runKey(scope.project, run.id).pk)) {
    // Newest first: of a key what comes later is older.
    for (const item of items) if (isLog(item)) await take(await fromLogItem(scope.table, item))
  }
  return { rows, lastWideLog }
}

const isSame = (item: Item, row: Row): boolean => Object.entries(row).every(([name, value]) => item[name] === value)

/** Writes the rows that are not there as they should be. @returns How many. */
async function repair(scope: ReindexTarget, rows: readonly Row[]): Promise<number> {
  let mended = 0
  for (let from = 0; from < rows.length; from += MAX_CONCURRENT) {
    const piece = rows.slice(from, from + MAX_CONCURRENT)
    const there = new Map((await scope.table.getMany(piece)).map((item) => [item.sk, item]))
    const wrong = piece.filter((row) => {
      const item = there.get(row.sk)
      return item === undefined || !isSame(item, row)
    })
    await putRows(scope, wrong)
    mended += wrong.length
  }
  return mended
}

/** Mends the rows of one run, while others log to it as well. @returns How many were not as they should be. */
async function reindexRun(scope: ReindexTarget, id: string): Promise<number> {
  const record = await scope.table.get(runKey(scope.project, id))
  const run = record === undefined ? undefined : recordedRun(scope, record)
  if (record === undefined || run === undefined) return 0
  const { rows, lastWideLog } = run.isIndexed ? await rowsOf(scope, run) : { rows: [], lastWideLog: '' }
  if (lastWideLog > (optionalString(record, 'lastWideLog') ?? ''))
    await writeAll(scope.table, [wideWrite(scope, run, lastWideLog)])
  return repair(scope, [...factRows(scope, run), ...rows])
}

export interface ReindexOptions {
  /** Milliseconds since 1970: only runs that were made, changed or logged to since are looked at. */
  readonly since?: number
  /** Where an earlier reindexing stopped. */
  readonly from?: Key
  /** Asked after each piece of the table: whether to stop there. */
  readonly isEnough?: () => boolean
}

export interface Reindexed {
  /** Runs that were looked at, and rows that were written. */
  readonly runs: number
  readonly rows: number
  /** Where it stopped, if not at the end. */
  readonly next?: Key
}

/** Looks at all runs of all projects, and mends what search needs of them. Servers may be at work meanwhile; twice does no harm. */
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
