import type {
  EntryPage,
  EntryRange,
  IndexEntry,
  Item,
  ItemPage,
  Key,
  PositionRange,
  ScanPage,
} from '@runmeta/core/table/port'
import { type Bytes, fromBytes, fromRow, type StoredRow, toBytes } from './codec.ts'
import type { Statements } from './statements.ts'

/** A page ends at this many items, or this many bytes, because reading it blocks the thread. */
const MAX_PAGE_ITEMS = 500
const MAX_PAGE_BYTES = 1024 * 1024

interface PageRange extends PositionRange {
  /** The position of the last item of the page before. */
  readonly last?: string
}

/** The smallest byte string greater than all with this prefix. UTF-8 has no byte 0xff. */
const afterPrefix = (prefix: string): Bytes => Buffer.concat([toBytes(prefix), Buffer.from([0xff])])

/** The conditions of a query for one value of a column, and the values that they compare with. */
function whereOf(column: string, value: string) {
  const conditions = [`${column} = ?`]
  const values = [toBytes(value)]
  /** Adds a condition, unless the bound is undefined. */
  const bound = (comparison: string, text: string | undefined, encode = toBytes) => {
    if (text === undefined) return
    conditions.push(`${comparison} ?`)
    values.push(encode(text))
  }
  return { conditions, values, bound }
}

interface KeyRow {
  readonly pk: Bytes
  readonly sk: Bytes
}

const keyOf = ({ pk, sk }: KeyRow): Key => ({ pk: fromBytes(pk), sk: fromBytes(sk) })

/** An entry as one value: reading one value is faster than reading three. */
interface EntryRow {
  readonly entry: Bytes
  readonly pkBytes: number
  readonly skBytes: number
}

const ENTRY_COLUMNS = 'cast(pk || sk || index_sk as blob) as entry, length(pk) as pkBytes, length(sk) as skBytes'

function entryOf({ entry, pkBytes, skBytes }: EntryRow): IndexEntry {
  const skEnd = pkBytes + skBytes
  return {
    pk: fromBytes(entry.subarray(0, pkBytes)),
    sk: fromBytes(entry.subarray(pkBytes, skEnd)),
    indexSk: fromBytes(entry.subarray(skEnd)),
  }
}

const RECORD = toBytes('RUN')

/** Synchronous reads of the table. Each sees the state after the last commit. */
export type Reader = ReturnType<typeof createReader>

export function createReader({ prepare }: Statements) {
  function get({ pk, sk }: Key): Item | undefined {
    const row = prepare('select body from item where pk = ? and sk = ?').get(toBytes(pk), toBytes(sk))
    return row === undefined ? undefined : fromRow(pk, row as StoredRow)
  }

  function keys(pk: string, prefix: string, after: string | undefined) {
    const rows = prepare(
      `select pk, sk from item where pk = ? and sk ${after === undefined ? '>=' : '>'} ? and sk < ? order by sk limit ?`,
    ).all(toBytes(pk), toBytes(after ?? prefix), afterPrefix(prefix), MAX_PAGE_ITEMS) as KeyRow[]
    return { keys: rows.map(keyOf), isLast: rows.length < MAX_PAGE_ITEMS }
  }

  function page(pk: string, { upTo, above, last, first, isAscending = false }: PageRange): ItemPage {
    const { conditions, values, bound } = whereOf('pk', pk)
    conditions.push('pos is not null')
    bound('pos <=', upTo)
    bound('pos >=', above)
    bound(isAscending ? 'pos >' : 'pos <', last)
    const limit = Math.min(first ?? MAX_PAGE_ITEMS, MAX_PAGE_ITEMS)
    const sql = `select body from item where ${conditions.join(' and ')} order by pos ${isAscending ? 'asc' : 'desc'} limit ?`
    const items: Item[] = []
    let bytes = 0
    for (const row of prepare(sql).iterate(...values, limit + 1) as Iterable<StoredRow>) {
      if (items.length === limit || bytes > MAX_PAGE_BYTES) return { items, isLast: false }
      items.push(fromRow(pk, row))
      bytes += row.body.byteLength
    }
    return { items, isLast: true }
  }

  function entries(indexPk: string, { prefix, low, high, isDescending = false, limit, after }: EntryRange): EntryPage {
    const { conditions, values, bound } = whereOf('index_pk', indexPk)
    bound('index_sk >=', prefix)
    bound('index_sk <', prefix, afterPrefix)
    bound('index_sk >=', low)
    bound('index_sk <=', high)
    if (after !== undefined) {
      // Several items may have entries with the same sort key.
      conditions.push(`(index_sk, pk, sk) ${isDescending ? '<' : '>'} (?, ?, ?)`)
      values.push(toBytes(after.indexSk), toBytes(after.pk), toBytes(after.sk))
    }
    const direction = isDescending ? 'desc' : 'asc'
    const order = ['index_sk', 'pk', 'sk'].map((column) => `${column} ${direction}`).join(', ')
    const sql = `select ${ENTRY_COLUMNS} from item where ${conditions.join(' and ')} order by ${order} limit ?`
    const rows = prepare(sql).all(...values, limit + 1) as EntryRow[]
    const found = rows.slice(0, limit).map(entryOf)
    const last = rows.length > limit ? found.at(-1) : undefined
    return { entries: found, ...(last === undefined ? {} : { next: last }) }
  }

  function scan(since: string | undefined, from: Key | undefined): ScanPage {
    const conditions: string[] = []
    const values: Bytes[] = []
    if (since === undefined) {
      conditions.push('sk = ?')
      values.push(RECORD)
    } else {
      // A record has the greatest position; `version` says when it was changed.
      conditions.push('pos >= ? and (sk <> ? or version >= ?)')
      values.push(toBytes(since), RECORD, toBytes(since))
    }
    if (from !== undefined) {
      conditions.push('(pk, sk) > (?, ?)')
      values.push(toBytes(from.pk), toBytes(from.sk))
    }
    const sql = `select pk, sk from item where ${conditions.join(' and ')} order by pk, sk limit ?`
    const rows = (prepare(sql).all(...values, MAX_PAGE_ITEMS) as KeyRow[]).map(keyOf)
    const last = rows.length === MAX_PAGE_ITEMS ? rows.at(-1) : undefined
    return { keys: rows, ...(last === undefined ? {} : { next: last }) }
  }

  return { get, keys, page, entries, scan }
}
