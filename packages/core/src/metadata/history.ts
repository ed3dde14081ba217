import type { Context, RunHead } from '../context.ts'
import { fromCursor, toCursor } from '../cursor.ts'
import { bytesAsString } from '../json/size.ts'
import { cachedRun, readRun, runIn } from '../run/cache.ts'
import { find, notFound } from '../run/find.ts'
import { present } from '../table/attribute.ts'
import { isLog, runPartition } from '../table/keys.ts'
import type { Item, Table } from '../table/port.ts'
import { entryJson, type HistoryEntry } from './entry.ts'
import { authorOf, fromLogItem, headOf } from './log.ts'
import { isPosition } from './position.ts'
import { keyNotFound } from './unset.ts'

export interface HistoryQuery {
  readonly key: string
  /** The step that has the key. @default the run */
  readonly step?: string
  /** Entries per page. */
  readonly limit: number
  readonly cursor?: string
  /** Whether prefixes of ids and names are refused. @default false */
  readonly isExact?: boolean
}

export interface HistoryPage {
  /** Each as JSON. */
  readonly entries: readonly string[]
  /** The cursor of the next page, absent on the last one. */
  readonly next?: string
}

/** The most pages of the store, of a megabyte each, that one page of a history reads. A rare key may need several pages. */
const MAX_STORE_PAGES = 4
/**
 * The fewest items on the first page of the store. A key that most logs have is found on it; to read a megabyte for a few
 * entries would cost 256 RCU. If the key is rarer, the other pages have as much as fits.
 */
const MIN_FIRST_ITEMS = 80
/** What the first page of the store has besides the entries: the record or the last log of the page before, and a log after them. */
const OTHER_ITEMS = 2
/**
 * Bytes of a page as a JSON string, which is how Lambda sends a reply of up to 6 MB. An entry can have the size of a log,
 * 5.5 MiB; it then has a page of its own.
 */
const MAX_PAGE_BYTES = 5 * 1024 * 1024

async function entryOf(table: Table, item: Item, { key, step }: HistoryQuery): Promise<HistoryEntry | undefined> {
  const log = await fromLogItem(table, item)
  const isInScope = step === undefined ? log.step === undefined || log.isRelated : log.step === step
  const value = isInScope ? log.entries.find((candidate) => candidate.key === key) : undefined
  if (value === undefined) return undefined
  await log.load()
  const { id, createdAt } = headOf(item)
  return { value, logId: id, createdAt, author: authorOf(item), ...present({ step: log.step }) }
}

/** The state in a cursor. */
interface Stop {
  /** The position of the last log that was read; `""` before the first. */
  readonly before: string
  /** Whether an earlier page had an entry. */
  readonly wasFound: boolean
}

const START: Stop = { before: '', wasFound: false }

function stopIn([before, wasFound, ...rest]: readonly unknown[]): Stop | undefined {
  if (!isPosition(before) || typeof wasFound !== 'boolean' || rest.length > 0) return undefined
  return { before, wasFound }
}

/**
 * Reads the values of a key, newest first. A page may be short or empty and still have a next one.
 * @throws Failure `run_not_found`, `ambiguous_run`, `bad_request` for a cursor of another call, `key_not_found` on the last
 * page if no log has the key
 */
export async function history(context: Context, reference: string, query: HistoryQuery): Promise<HistoryPage> {
  const { table, project } = context
  // The first page includes the run's record. Later pages must read it, since the run may have been deleted.
  const isFirst = query.cursor === undefined
  const { id } = await find<RunHead>(
    context,
    reference,
    (candidate) => (isFirst ? cachedRun(context, candidate) : readRun(context, candidate)),
    present({ isExact: query.isExact }),
  )
  const call = ['history', project, id, query.key, query.step ?? null]
  const { before, wasFound } = query.cursor === undefined ? START : fromCursor(call, query.cursor, stopIn)
  const entries: string[] = []
  const stopAt = (at: string): HistoryPage => ({
    entries,
    next: toCursor(call, [at, wasFound || entries.length > 0]),
  })
  let pages = 0
  let size = 0
  let last = before
  const first = Math.max(query.limit + OTHER_ITEMS, MIN_FIRST_ITEMS)
  const range = before === '' ? { first } : { first, upTo: before }
  for await (const { items, isLast } of table.pages(runPartition(project, id), range)) {
    if (isFirst && pages === 0 && !items.some((item) => !isLog(item) && runIn(context, item))) throw notFound()
    for (const item of items.filter((found) => isLog(found) && found.pos !== before)) {
      if (entries.length === query.limit) return stopAt(last)
      const found = await entryOf(table, item, query)
      if (found !== undefined) {
        const text = entryJson(found)
        size += bytesAsString(text) + 1
        if (entries.length > 0 && size > MAX_PAGE_BYTES) return stopAt(last)
        entries.push(text)
      }
      last = headOf(item).position
    }
    if (++pages === MAX_STORE_PAGES && !isLast) return stopAt(last)
  }
  if (entries.length === 0 && !wasFound) throw keyNotFound()
  return { entries }
}
