import type { Author, Context, RunHead } from '../context.ts'
import { fromCursor, toCursor } from '../cursor.ts'
import { sizeAsString } from '../json/size.ts'
import { cachedRun, readRun, runIn } from '../run/cache.ts'
import { find, notFound } from '../run/find.ts'
import { present } from '../table/attribute.ts'
import { isLog, runPartition } from '../table/keys.ts'
import type { Item, Table } from '../table/port.ts'
import { authorOf, fromLogItem, headOf, type StoredValue } from './log.ts'
import { keyNotFound } from './unset.ts'

export interface HistoryQuery {
  readonly key: string
  /** The step whose key it is; without one it is the run's. */
  readonly step?: string
  /** Entries a page. */
  readonly limit: number
  readonly cursor?: string
}

/** What a key was, by one log. */
export interface HistoryEntry {
  readonly entry: StoredValue
  readonly logId: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly author: Author
  readonly step?: string
}

export interface HistoryPage {
  readonly entries: readonly HistoryEntry[]
  /** Where the next page begins; without one this is the last. */
  readonly next?: string
}

/** Pages of the store, of a megabyte each, that one page of a history reads: a rare key in a long run comes in several. */
const MAX_STORE_PAGES = 4
/** Bytes of values, as a JSON string, that a page goes on below: a function's reply is one, of 6 MB. One value has at most 2 MiB so. */
const MAX_PAGE_BYTES = 3 * 1024 * 1024

async function entryOf(table: Table, item: Item, { key, step }: HistoryQuery): Promise<HistoryEntry | undefined> {
  const log = await fromLogItem(table, item)
  const isInScope = step === undefined ? log.step === undefined || log.isRelated : log.step === step
  const entry = isInScope ? log.entries.find((candidate) => candidate.key === key) : undefined
  if (entry === undefined) return undefined
  await log.load()
  const { id, createdAt } = headOf(item)
  return { entry, logId: id, createdAt, author: authorOf(item), ...present({ step: log.step }) }
}

/** Bytes that an entry takes of a reply, as a JSON string; its types can be more than its value. */
const sizeOf = ({ entry }: HistoryEntry): number =>
  sizeAsString(entry.text()) + entry.types.reduce((sum, mark) => sum + sizeAsString(JSON.stringify(mark)), 0)

/**
 * What a key was, newest first. A page may be short or empty and still have a next.
 * @throws Failure `run_not_found`, `ambiguous_run`, `bad_request` for a cursor of another call, `key_not_found` where the
 * last page is through and no log held the key.
 */
export async function history(context: Context, reference: string, query: HistoryQuery): Promise<HistoryPage> {
  const { table, project } = context
  // The first page begins with the run's record. Another one needs a look at it: this server may not know of a deletion.
  const isFirst = query.cursor === undefined
  const { id } = await find<RunHead>(context, reference, (candidate) =>
    isFirst ? cachedRun(context, candidate) : readRun(context, candidate),
  )
  const call = ['history', project, id, query.key, query.step ?? null]
  const [position, wasFound] = query.cursor === undefined ? [] : fromCursor(call, query.cursor)
  const before = typeof position === 'string' ? position : ''
  const entries: HistoryEntry[] = []
  const stopAt = (at: string): HistoryPage => ({
    entries,
    next: toCursor(call, [at, wasFound === true || entries.length > 0]),
  })
  let pages = 0
  let size = 0
  let last = before
  for await (const { items, isLast } of table.pages(runPartition(project, id), before === '' ? {} : { upTo: before })) {
    if (isFirst && pages === 0 && !items.some((item) => !isLog(item) && runIn(context, item))) throw notFound()
    for (const item of items.filter((found) => isLog(found) && found.pos !== before)) {
      if (entries.length === query.limit || size > MAX_PAGE_BYTES) return stopAt(last)
      const found = await entryOf(table, item, query)
      if (found !== undefined) {
        entries.push(found)
        size += sizeOf(found)
      }
      last = headOf(item).position
    }
    if (++pages === MAX_STORE_PAGES && !isLast) return stopAt(last)
  }
  if (entries.length === 0 && wasFound !== true) throw keyNotFound()
  return { entries }
}
