import type { Context, RunHead } from '../context.ts'
import { bytesAsString, MAX_PAGE_BYTES } from '../json/size.ts'
import { cachedRun, readRun, runIn } from '../run/cache.ts'
import { find, notFound } from '../run/find.ts'
import { isLog, runPartition } from '../table/keys.ts'
import type { Item } from '../table/port.ts'
import { headOf } from './log.ts'

/** Which page of a run's logs to list. A page may be short or empty and still have a next one. */
export interface LogPageQuery {
  readonly limit: number
  readonly cursor?: string
  /** Whether prefixes of ids and names are refused. @default false */
  readonly isExact?: boolean
}

/** The most pages of the store, of a megabyte each, that one page reads. */
const MAX_STORE_PAGES = 4
/** What the first page of the store has besides the logs: the record or the last log of the previous page, and a log after them. */
const OTHER_ITEMS = 2

/** Finds the run of a page. The first page includes the run's record. Later pages must read it, since the run may have been deleted. */
export const findListed = (
  context: Context,
  reference: string,
  { cursor, isExact = false }: LogPageQuery,
): Promise<RunHead> => {
  const load = cursor === undefined ? cachedRun : readRun
  return find<RunHead>(context, reference, (id) => load(context, id), { isExact })
}

interface LogRange {
  /** The position of the last log that was read; `""` before the first. */
  readonly before: string
  readonly limit: number
  /** The fewest items on the first page of the store. A large page of which few logs are listed costs up to 256 RCU. */
  readonly minItems?: number
}

interface LogPage {
  readonly texts: readonly string[]
  /** The position of the last log that was read, absent on the last page. */
  readonly end?: string
}

/** Lists a run's logs as JSON, newest first, without those for which `toJson` returns undefined. */
export async function readLogPage(
  context: Context,
  id: string,
  { before, limit, minItems = 0 }: LogRange,
  toJson: (item: Item) => Promise<string | undefined>,
): Promise<LogPage> {
  const { table, project } = context
  const isFirst = before === ''
  const texts: string[] = []
  let [pages, size, end] = [0, 0, before]
  const first = Math.max(limit + OTHER_ITEMS, minItems)
  const range = isFirst ? { first } : { first, upTo: before }
  for await (const { items, isLast } of table.pages(runPartition(project, id), range)) {
    if (isFirst && pages === 0 && !items.some((item) => !isLog(item) && runIn(context, item))) throw notFound()
    for (const item of items.filter((one) => isLog(one) && one.pos !== before)) {
      if (texts.length === limit) return { texts, end }
      const text = await toJson(item)
      if (text !== undefined) {
        size += bytesAsString(text) + 1
        if (texts.length > 0 && size > MAX_PAGE_BYTES) return { texts, end }
        texts.push(text)
      }
      end = headOf(item).position
    }
    if (++pages === MAX_STORE_PAGES && !isLast) return { texts, end }
  }
  return { texts }
}
