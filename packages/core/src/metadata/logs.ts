import type { Context, RunHead } from '../context.ts'
import { fromCursor, toCursor } from '../cursor.ts'
import { pointerPart } from '../json/pointer.ts'
import { bytesAsString } from '../json/size.ts'
import { cachedRun, readRun, runIn } from '../run/cache.ts'
import { find, notFound } from '../run/find.ts'
import { present } from '../table/attribute.ts'
import { isLog, runPartition } from '../table/keys.ts'
import type { Item, Table } from '../table/port.ts'
import { authorJson } from './entry.ts'
import { authorOf, fromLogItem, headOf, type StoredValue } from './log.ts'
import { isPosition } from './position.ts'

export interface LogsQuery {
  /** Logs per page. */
  readonly limit: number
  readonly cursor?: string
  /** Whether prefixes of ids and names are refused. @default false */
  readonly isExact?: boolean
}

export interface LogsPage {
  readonly run: Pick<RunHead, 'id' | 'name' | 'isIndexed'>
  /** Each as JSON, newest first. */
  readonly logs: readonly string[]
  /** The cursor of the next page, absent on the last one. */
  readonly next?: string
}

/** The most pages of the store, of a megabyte each, that one page reads. */
const MAX_STORE_PAGES = 4
/** What the first page of the store has besides the logs: the record or the last log of the page before, and a log after them. */
const OTHER_ITEMS = 2
/** Bytes of a page as a JSON string. One log may have as many, and Lambda sends a reply of up to 6 MB. */
const MAX_PAGE_BYTES = 5.5 * 1024 * 1024

const typesOf = ({ key, types }: StoredValue): [string, string][] =>
  types.map(([pointer, type]) => [`${pointerPart(key)}${pointer}`, type])

/** A stored log as JSON. It is joined from the texts that were logged, so values stay exact. */
async function logJson(table: Table, item: Item): Promise<string> {
  const log = await fromLogItem(table, item)
  await log.load()
  const { id, createdAt, position } = headOf(item)
  const head = JSON.stringify({
    id,
    position,
    createdAt: new Date(createdAt).toISOString(),
    by: authorJson(authorOf(item)),
    ...present({ step: log.step, relatedEntities: log.isRelated ? undefined : false, unset: log.unset }),
  })
  if (log.unset !== undefined) return head
  const members = log.entries.map((entry) => `${JSON.stringify(entry.key)}:${entry.text()}`)
  const types = JSON.stringify(Object.fromEntries(log.entries.flatMap(typesOf)))
  return `${head.slice(0, -1)},"metadata":{${members.join(',')}},"types":${types}}`
}

const positionIn = ([position, ...rest]: readonly unknown[]): string | undefined =>
  isPosition(position) && rest.length === 0 ? position : undefined

/**
 * Reads all logs and unsets of a run and its steps, newest first, for copies of a run. A page may be short or empty and
 * still have a next one.
 * @throws Failure `run_not_found`, `ambiguous_run`, `bad_request` for a cursor of another call
 */
export async function logs(
  context: Context,
  reference: string,
  { limit, cursor, isExact = false }: LogsQuery,
): Promise<LogsPage> {
  const { table, project } = context
  const isFirst = cursor === undefined
  // The first page includes the run's record. Later pages must read it, since the run may have been deleted.
  const { id, name, isIndexed } = await find<RunHead>(
    context,
    reference,
    (candidate) => (isFirst ? cachedRun(context, candidate) : readRun(context, candidate)),
    { isExact },
  )
  const run = { id, name, isIndexed }
  const call = ['logs', project, id]
  const before = cursor === undefined ? '' : fromCursor(call, cursor, positionIn)
  const found: string[] = []
  let [pages, size, last] = [0, 0, before]
  const stop = (): LogsPage => ({ run, logs: found, next: toCursor(call, [last]) })
  // Without a limit the store would read a megabyte for a few logs, which costs 256 RCU.
  const first = limit + OTHER_ITEMS
  const range = before === '' ? { first } : { first, upTo: before }
  for await (const { items, isLast } of table.pages(runPartition(project, id), range)) {
    if (isFirst && pages === 0 && !items.some((item) => !isLog(item) && runIn(context, item))) throw notFound()
    for (const item of items.filter((one) => isLog(one) && one.pos !== before)) {
      if (found.length === limit) return stop()
      const json = await logJson(table, item)
      size += bytesAsString(json)
      if (found.length > 0 && size > MAX_PAGE_BYTES) return stop()
      found.push(json)
      last = headOf(item).position
    }
    if (++pages === MAX_STORE_PAGES && !isLast) return stop()
  }
  return { run, logs: found }
}

/** A page of logs as JSON. */
export function logsJson({ run: { id, name, isIndexed }, logs: found, next }: LogsPage): string {
  const run = JSON.stringify({ id, name, ...(isIndexed ? {} : { index: false }) })
  const cursor = next === undefined ? '' : `,"next":${JSON.stringify(next)}`
  return `{"run":${run},"logs":[${found.join(',')}]${cursor}}`
}
