import type { Context } from '../context.ts'
import { fromCursor, toCursor } from '../cursor.ts'
import { load, type State } from '../fold/fold.ts'
import { stateMembers } from '../fold/render.ts'
import { read } from '../run/get.ts'
import type { NewRun } from '../run/item.ts'
import { isLeaf } from '../store/item.ts'
import type { Hint } from '../store/store.ts'
import { compareText } from '../value/order.ts'
import { type Candidate, partsOf, readCandidates, readRows } from './candidate.ts'
import { pointersOf } from './condition.ts'
import { type Driver, driverOf } from './driver.ts'
import { type Entries, openEntries } from './entries.ts'
import type { SearchQuery } from './query.ts'

/** A run as it is listed. */
export interface Listed {
  readonly run: NewRun
  /** The values that were asked for, by pointer, as the JSON texts that were logged. */
  readonly selected?: ReadonlyMap<string, string>
  /** All of its metadata, as members of its JSON. */
  readonly members?: string
}

export interface SearchPage {
  readonly runs: readonly Listed[]
  /** What the runs are in the order of. */
  readonly order: string
  /** Where the next page begins; without one this is the last. */
  readonly next?: string
}

/** Entries and milliseconds that one page takes at most. */
const MOST_ENTRIES = 1000
const PATIENCE = 2000
/** Entries that are checked in one piece, and rows that are read for them at once. */
const PIECE = 100
const ROWS = 800
/** Runs that are looked at one beside the other, where one has to be read whole. */
const AT_ONCE = 8
/** Stale entries that one page takes out of the index. */
const MOST_REMOVED = 25
/** Bytes of metadata that a page has at most, unless its first run has more. */
const PAGE_BYTES = 4 * 1024 * 1024

const unique = (keys: readonly string[]): string[] => [...new Set(keys)]
const keysOf = (pointers: readonly string[]): string[] => unique(pointers.map((pointer) => partsOf(pointer).key))

const isWanted = (run: NewRun, { ids, name, pipeline, status, createdAfter, createdBefore }: SearchQuery): boolean =>
  (ids === undefined || ids.includes(run.id)) &&
  (name === undefined || run.name.startsWith(name)) &&
  (pipeline === undefined || run.pipeline === pipeline) &&
  (status === undefined || run.status === status) &&
  (createdAfter === undefined || run.createdAt > createdAfter) &&
  (createdBefore === undefined || run.createdAt < createdBefore)

const isSame = (hint: Hint, standing: Hint | undefined): boolean =>
  hint.pk === standing?.pk && hint.sk === standing.sk && hint.place === standing.place

/** An entry that was looked at. */
interface Looked {
  readonly hint: Hint
  /** The run that it stands for; nothing where that is no answer. */
  readonly candidate?: Candidate
  /** Below which position its row is stale; nothing where it is not. */
  readonly staleBelow?: string
}

async function lookAt(
  driver: Driver,
  query: SearchQuery,
  hint: Hint,
  candidate: Candidate | undefined,
): Promise<Looked> {
  if (candidate === undefined) return { hint }
  const standing = await driver.standing(candidate)
  if (!isSame(hint, standing)) {
    const row = driver.key === undefined ? undefined : candidate.row(driver.key)
    const isStale = row !== undefined && isLeaf(hint) && standing?.sk !== hint.sk
    return isStale ? { hint, staleBelow: row.at } : { hint }
  }
  if (!isWanted(candidate.run, query)) return { hint }
  for (const condition of query.where) if (!(await candidate.holds(condition))) return { hint }
  return { hint, candidate }
}

/** The entries that runs of these ids have, as if the index had been read. */
async function entriesOf(
  driver: Driver,
  candidates: ReadonlyMap<string, Candidate>,
  from: string | undefined,
): Promise<Entries> {
  const { low, high, isDescending } = driver
  const standings = await Promise.all([...candidates.values()].map((candidate) => driver.standing(candidate)))
  const sign = isDescending ? -1 : 1
  const rest = standings
    .filter((hint) => hint !== undefined)
    .filter(({ place }) => compareText(low, place) <= 0 && compareText(place, high) <= 0)
    .filter(({ place }) => from === undefined || sign * compareText(place, from) > 0)
    .sort((one, other) => sign * compareText(one.place, other.place))
  return { take: async (count) => rest.splice(0, count) }
}

const callOf = (project: string, { cursor: _, limit: __, ...query }: SearchQuery): unknown[] => [
  'search',
  project,
  query,
]

/**
 * Runs that are as the caller says, in one order. Entries of the index are hints: each run is read, with the rows of the keys
 * asked for, before it is an answer. A page that took too many entries or too long ends there, and has a next.
 * @throws Failure `bad_request` for a cursor of another call.
 */
export async function search(context: Context, query: SearchQuery): Promise<SearchPage> {
  const { store, project, shardsOf } = context
  const until = performance.now() + PATIENCE
  const driver = driverOf({ project, shards: shardsOf(project).read }, query)
  const call = callOf(project, query)
  const [from] = query.cursor === undefined ? [] : fromCursor(call, query.cursor)
  const start = typeof from === 'string' ? from : undefined
  const asked = unique([...driver.keys, ...keysOf(query.where.flatMap(pointersOf))])
  const selected = keysOf(query.select)
  // What is read of every candidate is read at once; where many are looked at in vain, what few need can wait.
  const isPlain = query.where.length === 0 && query.name === undefined
  const keys = isPlain ? unique([...asked, ...selected]) : asked
  const piece = Math.max(1, Math.min(PIECE, Math.floor(ROWS / (keys.length + 1))))

  const given = query.ids === undefined ? undefined : await readCandidates(context, query.ids, keys)
  const entries = given === undefined ? openEntries(store, driver, start) : await entriesOf(driver, given, start)
  const found: Looked[] = []
  const removals: Promise<void>[] = []
  let last: Hint | undefined
  let count = 0
  let isThrough = false
  let isOver = false
  while (!isThrough && !isOver && found.length <= query.limit) {
    const missing = query.limit + 1 - found.length
    // The first look takes what a page needs if every entry is an answer.
    const size = Math.min(count === 0 ? missing : PIECE, piece, MOST_ENTRIES - count)
    const hints = await entries.take(size)
    const ids = hints.map((hint) => driver.idOf(hint))
    const candidates = given ?? (await readCandidates(context, ids, keys))
    let at = 0
    for (; at < hints.length && !isOver && found.length <= query.limit; at += AT_ONCE) {
      const group = hints.slice(at, at + AT_ONCE)
      const looked = await Promise.all(
        group.map((hint) => lookAt(driver, query, hint, candidates.get(driver.idOf(hint)))),
      )
      for (const one of looked) {
        if (found.length > query.limit) break
        if (one.candidate !== undefined) found.push(one)
        if (one.staleBelow !== undefined && removals.length < MOST_REMOVED)
          removals.push(store.removeOlder(one.hint, one.staleBelow))
        if (found.length <= query.limit) last = one.hint
      }
      isOver = performance.now() > until
    }
    count += hints.length
    isThrough = hints.length < size && at >= hints.length
    isOver ||= count >= MOST_ENTRIES
  }
  await Promise.all(removals)

  const page = found.slice(0, query.limit)
  const isMore = found.length > query.limit || !isThrough
  if (!isPlain)
    await readRows(
      context,
      page.flatMap(({ candidate }) => candidate ?? []),
      selected,
    )
  const { runs, end } = await listed(context, query, page, until)
  const stop = end ?? (isMore ? last : undefined)
  return { runs, order: driver.order, ...(stop === undefined ? {} : { next: toCursor(call, [stop.place]) }) }
}

/** The runs of a page with what is asked for of each; `end` where the page has to stop before its end. */
async function listed(
  context: Context,
  query: SearchQuery,
  page: readonly Looked[],
  until: number,
): Promise<{ runs: Listed[]; end?: Hint }> {
  const runs: Listed[] = []
  let bytes = 0
  for (let at = 0; at < page.length; at += AT_ONCE) {
    const group = page.slice(at, at + AT_ONCE)
    const shown = await Promise.all(group.map(({ candidate }) => candidate && list(context, query, candidate)))
    for (const [index, run] of shown.entries()) {
      const size = run?.members?.length ?? 0
      const before = page[at + index - 1]
      if (before !== undefined && bytes > 0 && bytes + size > PAGE_BYTES) return { runs, end: before.hint }
      bytes += size
      if (run !== undefined) runs.push(run)
    }
    const end = group.at(-1)?.hint
    if (end !== undefined && at + AT_ONCE < page.length && performance.now() > until) return { runs, end }
  }
  return { runs }
}

/** A run with what is asked for of it; nothing where it was deleted meanwhile. */
async function list(context: Context, query: SearchQuery, candidate: Candidate): Promise<Listed | undefined> {
  const whole = query.isWhole ? await read(context, candidate.run.id) : undefined
  if (query.isWhole && whole === undefined) return undefined
  const values = await Promise.all(
    query.select.map(async (pointer) => [pointer, await candidate.value(pointer)] as const),
  )
  const selected = new Map(values.flatMap(([pointer, text]) => (text === undefined ? [] : [[pointer, text]])))
  return {
    run: whole ?? candidate.run,
    ...(query.select.length > 0 ? { selected } : {}),
    ...(whole === undefined ? {} : { members: await membersOf(whole.state) }),
  }
}

async function membersOf(state: State): Promise<string> {
  await load(state)
  return stateMembers(state)
}
