import { factIndexSk, factText, leafIndexSk } from '../index/rows.ts'
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
} from '../table/keys.ts'
import type { IndexEntry, Key } from '../table/port.ts'
import { type Bounds, boundsFor, boundsOf, prefixBounds } from './bounds.ts'
import { type Candidate, partsOf } from './candidate.ts'
import { required } from './condition.ts'
import { orderText, type SearchQuery } from './query.ts'

/** Where an entry of a run has to be for the run to be found by it. */
export type CurrentEntry = Key & { readonly indexSk: string }

/** What a search reads in `lookup`: one pointer's entries, in one direction. */
export interface Driver extends Bounds {
  /** As the reply names it. */
  readonly order: string
  readonly isDescending: boolean
  /** The groups that hold the entries. */
  readonly groups: readonly string[]
  /** The keys whose rows tell whether an entry is one still. */
  readonly keys: readonly string[]
  idOf(entry: IndexEntry): string
  /** The one entry that a run has here now; nothing where it has none. */
  currentEntry(candidate: Candidate): Promise<CurrentEntry | undefined>
  /** Entries of a row that stand apart are stale where the key's row, which this gives, does not know them. */
  readonly key?: string
}

const NEWEST_FIRST = '-createdAt'

export interface IndexScope {
  readonly project: string
  /** How many shards may hold entries. */
  readonly shards: number
}

const groupsOf = ({ project, shards }: IndexScope, pointer: string): string[] =>
  Array.from({ length: shards }, (_, shard) => valueIndexPk(project, pointer, shard))

function factDriver(
  scope: IndexScope,
  fact: RunFact,
  { low, high }: Bounds,
  { order, isDescending }: Pick<Driver, 'order' | 'isDescending'>,
): Driver {
  return {
    order,
    isDescending,
    low,
    high,
    groups: groupsOf(scope, fact),
    keys: [],
    idOf: (entry) => idOfRunKey(scope.project, entry),
    currentEntry: async ({ run }) => {
      const value = run[fact]
      if (value === undefined) return undefined
      return { ...factKey(runPartition(scope.project, run.id), fact), indexSk: factIndexSk(run, fact, value) }
    },
  }
}

function pointerDriver(
  scope: IndexScope,
  pointer: string,
  { low, high }: Bounds,
  { order, isDescending }: Pick<Driver, 'order' | 'isDescending'>,
): Driver {
  const { key } = partsOf(pointer)
  // A longer pointer has no entries, and would be no key of the store's.
  const isSearchable = Buffer.byteLength(pointer) <= SEARCHABLE.pointerBytes
  return {
    order,
    isDescending,
    low,
    high,
    groups: isSearchable ? groupsOf(scope, pointer) : [],
    keys: [key],
    key,
    idOf: (entry) => idOfRunKey(scope.project, entry),
    currentEntry: async (candidate) => {
      const { run } = candidate
      const leaves = (await candidate.currentRow(key))?.leaves ?? []
      const at = leaves.findIndex((leaf) => leaf.pointer === pointer)
      const leaf = leaves[at]
      if (leaf === undefined) return undefined
      const pk = runPartition(scope.project, run.id)
      const own = at === 0 ? rowKey(pk, key) : leafKey(pk, pointer)
      return { ...own, indexSk: leafIndexSk(run, leaf.order, at > 0) }
    },
  }
}

function nameDriver({ project }: IndexScope, name: string): Driver {
  return {
    order: 'name',
    isDescending: false,
    ...prefixBounds(nameIndexSkPrefix(name)),
    groups: [nameIndexPk(project)],
    keys: [],
    idOf: ({ indexSk }) => idOfNameIndexSk(indexSk),
    currentEntry: async ({ run }) => ({ ...nameKey(project, run.name), indexSk: nameIndexSk(run.name, run.id) }),
  }
}

/** Chooses what drives a search, as the contract has it: what is asked to order by, an equality, a range, a name, the time. */
export function driverOf(scope: IndexScope, query: SearchQuery): Driver {
  const { order, name, pipeline, status } = query
  const asked = required(query.where)
  const of = (pointer: string) =>
    boundsFor(
      asked.filter((comparison) => comparison.pointer === pointer),
      query,
    )
  if (order !== undefined) {
    const how = { order: orderText(order), isDescending: order.isDescending }
    if (order.by === 'createdAt') return factDriver(scope, 'createdAt', boundsOf('', query), how)
    return pointerDriver(scope, order.by, of(order.by), how)
  }
  const newestFirst = { order: NEWEST_FIRST, isDescending: true }
  const equality = asked.find(({ op }) => op === '=')
  if (equality !== undefined) return pointerDriver(scope, equality.pointer, of(equality.pointer), newestFirst)
  if (pipeline !== undefined) {
    return factDriver(scope, 'pipeline', boundsOf(factText('pipeline', pipeline), query), newestFirst)
  }
  if (status !== undefined) return factDriver(scope, 'status', boundsOf(factText('status', status), query), newestFirst)
  const range = asked.find(({ op }) => op !== 'exists' && op !== 'in' && op !== '!=')
  if (range !== undefined) {
    return pointerDriver(scope, range.pointer, of(range.pointer), { order: `-${range.pointer}`, isDescending: true })
  }
  if (name !== undefined) return nameDriver(scope, name)
  return factDriver(scope, 'createdAt', boundsOf('', query), newestFirst)
}
