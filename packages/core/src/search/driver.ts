import { factIndexSk, factText, leafIndexSk } from '../index/rows.ts'
import { END } from '../json/order.ts'
import { SEARCHABLE } from '../json/scan.ts'
import {
  factKey,
  idOfNameIndexSk,
  idOfRunKey,
  leafKey,
  nameIndexPk,
  nameIndexSk,
  nameIndexSkPrefix,
  nameKey,
  type RunFact,
  rowKey,
  runPartition,
  valueIndexPk,
  valueIndexSkFrom,
} from '../table/keys.ts'
import type { IndexEntry, Key } from '../table/port.ts'
import { type Bounds, boundsFor, boundsOf, prefixBounds } from './bounds.ts'
import { type Candidate, partsOf } from './candidate.ts'
import { required } from './condition.ts'
import { orderText, type SearchQuery } from './query.ts'

/** Where an entry of a run has to be for the run to be found by it. */
export type CurrentEntry = Key & { readonly indexSk: string }

/** Entries of one group, between two places. */
export interface IndexRange extends Bounds {
  readonly indexPk: string
  /** What all places of the range begin with, and what says nothing of their order among several ranges. */
  readonly prefix: string
}

/** What a search reads in `lookup`: one pointer's entries, in one direction. */
export interface Driver {
  /** As the reply names it. */
  readonly order: string
  readonly isDescending: boolean
  /** Where the entries are; in each range they are in one order. */
  readonly ranges: readonly IndexRange[]
  /** What orders entries, of whichever range: their place without what their range's places begin with. */
  sortTextOf(indexSk: string): string
  /** The keys whose rows tell whether an entry is one still. */
  readonly keys: readonly string[]
  idOf(entry: IndexEntry): string
  /** The one entry that a run has here now; nothing where it has none. */
  currentEntry(candidate: Candidate): Promise<CurrentEntry | undefined>
  /** Entries of a row that stand apart are stale where the key's row, which this gives, does not know them. */
  readonly key?: string
}

const NEWEST_FIRST = '-createdAt'
/** Operators that bound a pointer's values. */
const RANGES = ['<', '<=', '>', '>=', 'between', 'prefix'] as const
/** Ranges that one page reads side by side: of more pipelines, the runs are checked in the order of their creation. */
const MAX_RANGES = 100

export interface ProjectIndex {
  readonly project: string
  /** How many shards may hold entries. */
  readonly shards: number
}

const indexPksOf = ({ project, shards }: ProjectIndex, pointer: string): string[] =>
  Array.from({ length: shards }, (_, shard) => valueIndexPk(project, pointer, shard))

/** The same part of each group. */
const oneRange = (indexPks: readonly string[], bounds: Bounds): Pick<Driver, 'ranges' | 'sortTextOf'> => ({
  ranges: indexPks.map((indexPk) => ({ indexPk, prefix: '', ...bounds })),
  sortTextOf: (indexSk) => indexSk,
})

/** Several values of a fact, each group's part of each value by itself: what follows the value in a place is the order. */
function rangesOf(
  index: ProjectIndex,
  fact: RunFact,
  values: readonly string[],
  query: SearchQuery,
): Pick<Driver, 'ranges' | 'sortTextOf'> {
  const texts = [...new Set(values.map((value) => factText(fact, value)))]
  const ranges = indexPksOf(index, fact).flatMap((indexPk) =>
    texts.map((text) => ({ indexPk, prefix: valueIndexSkFrom(text), ...boundsOf(text, query) })),
  )
  return { ranges, sortTextOf: (indexSk) => indexSk.slice(indexSk.indexOf(END) + 1) }
}

function factDriver(
  index: ProjectIndex,
  fact: RunFact,
  places: Pick<Driver, 'ranges' | 'sortTextOf'>,
  { order, isDescending }: Pick<Driver, 'order' | 'isDescending'>,
): Driver {
  return {
    order,
    isDescending,
    ...places,
    keys: [],
    idOf: (entry) => idOfRunKey(index.project, entry),
    currentEntry: async ({ run }) => {
      const value = run[fact]
      if (value === undefined) return undefined
      return { ...factKey(runPartition(index.project, run.id), fact), indexSk: factIndexSk(run, fact, value) }
    },
  }
}

function pointerDriver(
  index: ProjectIndex,
  pointer: string,
  bounds: Bounds,
  { order, isDescending }: Pick<Driver, 'order' | 'isDescending'>,
): Driver {
  const { key } = partsOf(pointer)
  // A longer pointer has no entries, and would be no key of the store's.
  const isSearchable = Buffer.byteLength(pointer) <= SEARCHABLE.pointerBytes
  return {
    order,
    isDescending,
    ...oneRange(isSearchable ? indexPksOf(index, pointer) : [], bounds),
    keys: [key],
    key,
    idOf: (entry) => idOfRunKey(index.project, entry),
    currentEntry: async (candidate) => {
      const { run } = candidate
      const leaves = (await candidate.currentRow(key))?.leaves ?? []
      const at = leaves.findIndex((leaf) => leaf.pointer === pointer)
      const leaf = leaves[at]
      if (leaf === undefined) return undefined
      const pk = runPartition(index.project, run.id)
      const own = at === 0 ? rowKey(pk, key) : leafKey(pk, pointer)
      return { ...own, indexSk: leafIndexSk(run, leaf, at > 0) }
    },
  }
}

function nameDriver({ project }: ProjectIndex, name: string): Driver {
  return {
    order: 'name',
    isDescending: false,
    ...oneRange([nameIndexPk(project)], prefixBounds(nameIndexSkPrefix(name))),
    keys: [],
    idOf: ({ indexSk }) => idOfNameIndexSk(indexSk),
    currentEntry: async ({ run }) => ({ ...nameKey(project, run.name), indexSk: nameIndexSk(run.name, run.id) }),
  }
}

/** Chooses what drives a search, as the contract has it: what is asked to order by, an equality, a range, a name, the time. */
export function driverOf(index: ProjectIndex, query: SearchQuery): Driver {
  const { order, name, pipeline, status } = query
  const asked = required(query.where)
  const ofCreation = oneRange(indexPksOf(index, 'createdAt'), boundsOf('', query))
  const of = (pointer: string) =>
    boundsFor(
      asked.filter((comparison) => comparison.pointer === pointer),
      query,
    )
  if (order !== undefined) {
    const how = { order: orderText(order), isDescending: order.isDescending }
    if (order.by === 'createdAt') return factDriver(index, 'createdAt', ofCreation, how)
    return pointerDriver(index, order.by, of(order.by), how)
  }
  const newestFirst = { order: NEWEST_FIRST, isDescending: true }
  const equality = asked.find(({ op }) => op === '=')
  if (equality !== undefined) return pointerDriver(index, equality.pointer, of(equality.pointer), newestFirst)
  if (pipeline !== undefined && pipeline.length * index.shards <= MAX_RANGES) {
    return factDriver(index, 'pipeline', rangesOf(index, 'pipeline', pipeline, query), newestFirst)
  }
  if (status !== undefined) return factDriver(index, 'status', rangesOf(index, 'status', status, query), newestFirst)
  if (pipeline !== undefined) return factDriver(index, 'createdAt', ofCreation, newestFirst)
  const range = asked.find(({ op }) => RANGES.some((known) => known === op))
  if (range !== undefined) {
    return pointerDriver(index, range.pointer, of(range.pointer), { order: `-${range.pointer}`, isDescending: true })
  }
  if (name !== undefined) return nameDriver(index, name)
  return factDriver(index, 'createdAt', ofCreation, newestFirst)
}
