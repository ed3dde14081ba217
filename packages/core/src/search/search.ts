import { allSettled } from '../all-settled.ts'
import type { Context } from '../context.ts'
import { fromCursor, toCursor } from '../cursor.ts'
import type { Deadline } from '../deadline.ts'
import { MAX_INDEX_SK_BYTES } from '../table/keys.ts'
import type { IndexEntry } from '../table/port.ts'
import type { Candidate } from './candidate.ts'
import { pointersOf } from './condition.ts'
import { driverOf } from './driver.ts'
import { entriesOf, openEntries, type TakeEntries } from './entries.ts'
import { type Answer, list, type SearchPage } from './page.ts'
import { partsOf, type SearchQuery } from './query.ts'
import { MAX_ITEMS, readCandidates, readRows } from './read.ts'
import { type VerifiedEntry, verifyEntry } from './verify.ts'

const MAX_ENTRIES = 1000
const PAGE_BUDGET_MS = 2000
const MAX_BATCH_ENTRIES = 100
/** How many entries are verified at once: each run may have to be folded. */
const MAX_CONCURRENT = 8
const MAX_STALE_REMOVED = 25

const keysOf = (pointers: readonly string[]): string[] => [...new Set(pointers.map((pointer) => partsOf(pointer).key))]

const callOf = (project: string, { cursor: _, limit: __, ...query }: SearchQuery): unknown[] => [
  'search',
  project,
  query,
]

/** Whether a value of a cursor can be an index key. */
const isIndexSk = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= MAX_INDEX_SK_BYTES && !/\p{Cs}/u.test(value)

const startIn = ([indexSk, ...rest]: readonly unknown[]): string | undefined =>
  isIndexSk(indexSk) && rest.length === 0 ? indexSk : undefined

interface Found {
  readonly answers: readonly Answer[]
  /** The entry that was verified last. Undefined if there are no more entries. */
  readonly last?: IndexEntry
}

const isAnswer = (verified: VerifiedEntry): verified is Answer & VerifiedEntry => verified.candidate !== undefined

/** Verifies entries until it finds more answers than the limit, or until the entries or the time run out. */
async function gather(
  limit: number,
  isOver: Deadline,
  take: TakeEntries,
  verifier: (entries: readonly IndexEntry[]) => Promise<(entry: IndexEntry) => Promise<VerifiedEntry>>,
  maxBatch: number,
): Promise<Found & { readonly stale: readonly VerifiedEntry[] }> {
  const answers: Answer[] = []
  const stale: VerifiedEntry[] = []
  const seen = new Set<string>()
  let last: IndexEntry | undefined
  for (let count = 0; count < MAX_ENTRIES; ) {
    // The first batch is enough if every entry is an answer. Each further one is twice as large as all before it together,
    // so that the number of useless reads stays in proportion.
    const size = Math.min(
      count === 0 ? limit + 1 : Math.min(2 * count, MAX_BATCH_ENTRIES),
      maxBatch,
      MAX_ENTRIES - count,
    )
    const entries = await take(size)
    const verifyOne = await verifier(entries)
    for (let at = 0; at < entries.length; at += MAX_CONCURRENT) {
      for (const verified of await Promise.all(entries.slice(at, at + MAX_CONCURRENT).map(verifyOne))) {
        if (verified.staleBelow !== undefined) stale.push(verified)
        const isNew = isAnswer(verified) && !seen.has(verified.candidate.run.id)
        if (isNew && answers.length === limit) return { answers, stale, ...(last && { last }) }
        if (isNew) answers.push(verified)
        if (isNew) seen.add(verified.candidate.run.id)
        last = verified.entry
      }
      if (isOver() && last !== undefined) return { answers, stale, last }
    }
    if (entries.length < size) return { answers, stale }
    count += entries.length
  }
  return { answers, stale, ...(last && { last }) }
}

/**
 * Finds the runs that match a query, one page at a time. Index entries are hints: each run and its rows are read before it is
 * returned. A page ends early after too many entries or too much time.
 * @throws Failure `bad_request` for a cursor of another call, `payload_too_large` if the selected values of one run exceed a reply
 */
export async function search(context: Context, query: SearchQuery): Promise<SearchPage> {
  const { table, project, shardsOf } = context
  const isOver = context.clock.deadline(PAGE_BUDGET_MS)
  const driver = driverOf({ project, shards: shardsOf(project).read }, query)
  const call = callOf(project, query)
  const start = query.cursor === undefined ? undefined : fromCursor(call, query.cursor, startIn)

  const checked = [...new Set([...driver.keys, ...keysOf(query.where.flatMap(pointersOf))])]
  const all = [...new Set([...checked, ...keysOf(query.select)])]
  // If most candidates will match, read all of their rows at once. Otherwise read the selected values of the answers only.
  const first = query.where.length === 0 && query.name === undefined && query.nameContains === undefined ? all : checked
  const read = (ids: readonly string[]) => readCandidates(context, ids, { all, first })

  const given = query.ids === undefined ? undefined : await read(query.ids)
  const take =
    given === undefined ? openEntries(table, driver, start) : await entriesOf(driver, [...given.values()], start)
  const verifier = async (entries: readonly IndexEntry[]) => {
    const candidates: ReadonlyMap<string, Candidate> = given ?? (await read(entries.map((entry) => driver.idOf(entry))))
    return (entry: IndexEntry) => verifyEntry(driver, query, entry, candidates.get(driver.idOf(entry)))
  }
  const maxBatch = Math.max(1, Math.floor(MAX_ITEMS / (first.length + 1)))
  const { answers, stale, last } = await gather(query.limit, isOver, take, verifier, maxBatch)
  await allSettled([
    ...stale
      .slice(0, MAX_STALE_REMOVED)
      .map(({ entry, staleBelow = '' }) => table.remove(entry, { exists: true, below: { version: staleBelow } })),
    readRows(
      context,
      answers.map(({ candidate }) => candidate),
      all,
    ),
  ])
  const { runs, stoppedAt = last } = await list(context, query, answers, isOver)
  return {
    runs,
    order: driver.order,
    ...(stoppedAt === undefined ? {} : { next: toCursor(call, [driver.sortTextOf(stoppedAt.indexSk)]) }),
  }
}
