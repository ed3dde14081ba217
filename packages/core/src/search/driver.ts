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
import type { IndexEntry } from '../table/port.ts'
import { type Bounds, boundsFor, boundsOf, prefixBounds } from './bounds.ts'
import type { Candidate } from './candidate.ts'
import { required } from './condition.ts'
import { orderName, partsOf, type SearchQuery } from './query.ts'

export interface IndexRange extends Bounds {
  readonly indexPk: string
  /** What the index keys of the range begin with. Ranges are merged by the rest. */
  readonly prefix: string
}

/** The entries of `lookup` that a search reads: those of one pointer, fact or name, in one direction. */
export interface Driver {
  /** Its name in the reply. */
  readonly order: string
  readonly isDescending: boolean
  /** The ranges to merge. Each of them is sorted. */
  readonly ranges: readonly IndexRange[]
  /** The index key without the prefix of its range. */
  sortTextOf(indexSk: string): string
  /** The metadata keys whose rows verify an entry. */
  readonly keys: readonly string[]
  idOf(entry: IndexEntry): string
  /** The one entry that a run has now in these ranges' index. Undefined if it has none. */
  currentEntry(candidate: Candidate): Promise<IndexEntry | undefined>
  /** The metadata key of the pointer. If its row does not have the scalar of an entry, the entry may be stale. */
  readonly key?: string
}

type Direction = Pick<Driver, 'order' | 'isDescending'>
type Merge = Pick<Driver, 'ranges' | 'sortTextOf'>

const RANGES = ['<', '<=', '>', '>=', 'between', 'prefix'] as const
/** The most ranges that are merged. A search for more pipelines reads runs by creation and checks the pipeline of each. */
const MAX_RANGES = 100

export interface ProjectIndex {
  readonly project: string
  readonly shards: number
}

const indexPksOf = ({ project, shards }: ProjectIndex, pointer: string): string[] =>
  Array.from({ length: shards }, (_, shard) => valueIndexPk(project, pointer, shard))

/** The same range in each index partition. */
const oneRange = (indexPks: readonly string[], bounds: Bounds): Merge => ({
  ranges: indexPks.map((indexPk) => ({ indexPk, prefix: '', ...bounds })),
  sortTextOf: (indexSk) => indexSk,
})

/** A range for each value of a fact in each index partition, merged by the part of the index key after the value. */
function rangesOf(index: ProjectIndex, fact: RunFact, values: readonly string[], query: SearchQuery): Merge {
  const texts = [...new Set(values.map((value) => factText(fact, value)))]
  const ranges = indexPksOf(index, fact).flatMap((indexPk) =>
    texts.map((text) => ({ indexPk, prefix: valueIndexSkFrom(text), ...boundsOf(text, query) })),
  )
  return { ranges, sortTextOf: (indexSk) => indexSk.slice(indexSk.indexOf(END) + 1) }
}

function factDriver(index: ProjectIndex, fact: RunFact, merge: Merge, direction: Direction): Driver {
  return {
    ...direction,
    ...merge,
    keys: [],
    idOf: (entry) => idOfRunKey(index.project, entry),
    currentEntry: async ({ run }) => {
      const value = run[fact]
      if (value === undefined) return undefined
      return { ...factKey(runPartition(index.project, run.id), fact), indexSk: factIndexSk(run, fact, value) }
    },
  }
}

function pointerDriver(index: ProjectIndex, pointer: string, bounds: Bounds, direction: Direction): Driver {
  const { key } = partsOf(pointer)
  // A longer pointer has no entries, and may exceed the store's limit for a key.
  const isSearchable = Buffer.byteLength(pointer) <= SEARCHABLE.pointerBytes
  return {
    ...direction,
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

/** Chooses the driver of a search: the requested order, else an equality, a range, the name or the time of creation. */
export function driverOf(index: ProjectIndex, query: SearchQuery): Driver {
  const { order, name, pipeline, status } = query
  const comparisons = required(query.where)
  const byCreation = oneRange(indexPksOf(index, 'createdAt'), boundsOf('', query))
  const boundsIn = (pointer: string) =>
    boundsFor(
      comparisons.filter((comparison) => comparison.pointer === pointer),
      query,
    )
  if (order !== undefined) {
    const direction = { order: orderName(order), isDescending: order.isDescending }
    if (order.by === 'createdAt') return factDriver(index, 'createdAt', byCreation, direction)
    return pointerDriver(index, order.by, boundsIn(order.by), direction)
  }
  const newestFirst = { order: '-createdAt', isDescending: true }
  const equality = comparisons.find(({ op }) => op === '=')
  if (equality !== undefined) return pointerDriver(index, equality.pointer, boundsIn(equality.pointer), newestFirst)
  if (pipeline !== undefined && pipeline.length * index.shards <= MAX_RANGES) {
    return factDriver(index, 'pipeline', rangesOf(index, 'pipeline', pipeline, query), newestFirst)
  }
  if (status !== undefined) return factDriver(index, 'status', rangesOf(index, 'status', status, query), newestFirst)
  if (pipeline !== undefined) return factDriver(index, 'createdAt', byCreation, newestFirst)
  const range = comparisons.find(({ op }) => RANGES.some((known) => known === op))
  if (range !== undefined) {
    return pointerDriver(index, range.pointer, boundsIn(range.pointer), {
      order: `-${range.pointer}`,
      isDescending: true,
    })
  }
  if (name !== undefined) return nameDriver(index, name)
  return factDriver(index, 'createdAt', byCreation, newestFirst)
}
