import { allSettled } from '../all-settled.ts'
import type { Context } from '../context.ts'
import { fromCursor, toCursor } from '../cursor.ts'
import { MAX_INDEX_SK_BYTES } from '../table/keys.ts'
import type { IndexEntry } from '../table/port.ts'
import { type Candidate, partsOf } from './candidate.ts'
import { pointersOf } from './condition.ts'
import { driverOf } from './driver.ts'
import { type EntryReader, entriesOf, openEntries } from './entries.ts'
import { type Answer, list, type SearchPage } from './page.ts'
import type { SearchQuery } from './query.ts'
import { readCandidates, readRows } from './read.ts'
import { type VerifiedEntry, verifyEntry } from './verify.ts'

/** Entries and milliseconds that one page takes at most. */
const MAX_ENTRIES = 1000
const PAGE_BUDGET_MS = 2000
/** Entries that are checked in one piece, and items that are read for them at once. */
const MAX_BATCH_ENTRIES = 100
const MAX_ITEMS = 800
/** Entries that are verified at one beside the other: a run may have to be read whole. */
const MAX_CONCURRENT = 8
/** Stale entries that one page takes out of the index. */
const MAX_REMOVED = 25

const keysOf = (pointers: readonly string[]): string[] => [...new Set(pointers.map((pointer) => partsOf(pointer).key))]

const callOf = (project: string, { cursor: _, limit: __, ...query }: SearchQuery): unknown[] => [
  'search',
  project,
  query,
]

/** Whether a text can be a key of the index. */
const isIndexSk = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= MAX_INDEX_SK_BYTES && !/\p{Cs}/u.test(value)

const startIn = ([indexSk, ...rest]: readonly unknown[]): string | undefined =>
  isIndexSk(indexSk) && rest.length === 0 ? indexSk : undefined

/** What a page found, and where it stopped. */
interface Found {
  readonly answers: readonly Answer[]
  /** The last entry that was verified at before the page was full; nothing where all are through. */
  readonly last?: IndexEntry
}

const isAnswer = (verified: VerifiedEntry): verified is Answer & VerifiedEntry => verified.candidate !== undefined

/** Looks at entries until one more answer than a page holds is there, or the entries or the time are at an end. */
async function gather(
  limit: number,
  until: number,
  reader: EntryReader,
  verifier: (entries: readonly IndexEntry[]) => Promise<(entry: IndexEntry) => Promise<VerifiedEntry>>,
  piece: number,
): Promise<Found & { readonly stale: readonly VerifiedEntry[] }> {
  const answers: Answer[] = []
  const stale: VerifiedEntry[] = []
  const seen = new Set<string>()
  let last: IndexEntry | undefined
  for (let count = 0; count < MAX_ENTRIES; ) {
    // The first batch is what a page needs if every entry is an answer. Each further one is twice what was verified so far, so
    // that reads in vain stay in proportion.
    const size = Math.min(count === 0 ? limit + 1 : Math.min(2 * count, MAX_BATCH_ENTRIES), piece, MAX_ENTRIES - count)
    const entries = await reader.take(size)
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
      if (performance.now() > until && last !== undefined) return { answers, stale, last }
    }
    if (entries.length < size) return { answers, stale }
    count += entries.length
  }
  return { answers, stale, ...(last && { last }) }
}

/**
 * Runs that are as the caller says, in one order. Entries of the index are hints: each run is read, with the rows of the keys
 * asked for, before it is an answer. A page that took too many entries or too long ends there, and has a next.
 * @throws Failure `bad_request` for a cursor of another call.
 */
export async function search(context: Context, query: SearchQuery): Promise<SearchPage> {
  const { table, project, shardsOf } = context
  const until = performance.now() + PAGE_BUDGET_MS
  const driver = driverOf({ project, shards: shardsOf(project).read }, query)
  const call = callOf(project, query)
  const start = query.cursor === undefined ? undefined : fromCursor(call, query.cursor, startIn)

  const asked = [...new Set([...driver.keys, ...keysOf(query.where.flatMap(pointersOf))])]
  const all = [...new Set([...asked, ...keysOf(query.select)])]
  // What is read of each candidate is read at once; where many are verified at in vain, what few need can wait.
  const first = query.where.length === 0 && query.name === undefined && query.nameContains === undefined ? all : asked
  const read = (ids: readonly string[]) => readCandidates(context, ids, { all, first })

  const given = query.ids === undefined ? undefined : await read(query.ids)
  const reader =
    given === undefined ? openEntries(table, driver, start) : await entriesOf(driver, [...given.values()], start)
  const verifier = async (entries: readonly IndexEntry[]) => {
    const candidates: ReadonlyMap<string, Candidate> = given ?? (await read(entries.map((entry) => driver.idOf(entry))))
    return (entry: IndexEntry) => verifyEntry(driver, query, entry, candidates.get(driver.idOf(entry)))
  }
  const piece = Math.max(1, Math.floor(MAX_ITEMS / (first.length + 1)))
  const { answers, stale, last } = await gather(query.limit, until, reader, verifier, piece)
  await allSettled([
    ...stale
      .slice(0, MAX_REMOVED)
      .map(({ entry, staleBelow = '' }) => table.remove(entry, { exists: true, below: { version: staleBelow } })),
    readRows(
      context,
      answers.map(({ candidate }) => candidate),
      all,
    ),
  ])
  const { runs, stoppedAt = last } = await list(context, query, answers, until)
  return {
    runs,
    order: driver.order,
    ...(stoppedAt === undefined ? {} : { next: toCursor(call, [driver.sortTextOf(stoppedAt.indexSk)]) }),
  }
}
