import type { RunBody } from '../support/app.ts'
import {
  compareScalars,
  compareTexts,
  isScalar,
  kindOf,
  leavesOf,
  type Members,
  memberOf,
  namesOf,
  object,
  type Scalar,
  type Tree,
} from './tree.ts'

/** A search by brute force. It is written from the contract, and shares no code with the server. */

const LEAVES = 64
const POINTER_BYTES = 512
/** The bytes of a string in an index entry; strings that agree up to there can have any order. */
const ORDERED_BYTES = 899

/** An immutable run of the model. */
export interface ModelRun {
  readonly id: string
  readonly name: string
  readonly pipeline: string | undefined
  readonly status: string
  readonly createdAt: string
  readonly isIndexed: boolean
  /** The run's JSON in a list. */
  readonly shown: RunBody
  /** The latest value of each key. */
  readonly keys: ReadonlyMap<string, Key>
}

interface Key {
  readonly value: Tree
  /** By pointer, the scalar that a condition sees. */
  readonly searchable: ReadonlyMap<string, Scalar>
}

export type Op = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'between' | 'exists' | 'prefix' | 'contains'
export interface PointerCondition {
  readonly pointer: string
  readonly op: Op
  readonly value?: Tree | undefined
  /** In a query: which of the present values replaces `value`, if possible. */
  readonly like?: number | undefined
}
export type Condition =
  | PointerCondition
  | { readonly and: readonly Condition[] }
  | { readonly or: readonly Condition[] }
  | { readonly not: Condition }

export interface Search {
  readonly ids?: readonly string[] | undefined
  readonly name?: string | undefined
  readonly nameContains?: string | undefined
  readonly pipeline?: readonly string[] | undefined
  readonly status?: readonly string[] | undefined
  readonly createdAfter?: string | undefined
  readonly createdBefore?: string | undefined
  readonly where?: readonly Condition[] | undefined
  readonly order?: string | undefined
}

/** The searchable scalars of a log, and the number of other scalars outside arrays. */
export function searchableOf(metadata: Members): { leaves: Map<string, Scalar>; left: number } {
  const all = [...leavesOf(metadata, '')]
  const short = all.filter(([pointer]) => Buffer.byteLength(pointer) <= POINTER_BYTES)
  const leaves = new Map(short.slice(0, LEAVES))
  return { leaves, left: all.length - leaves.size }
}

/** The run after a log to it. */
export function logged(run: ModelRun, metadata: Members): ModelRun {
  const { leaves } = searchableOf(metadata)
  const keys = new Map(run.keys)
  for (const [key, value] of metadata.members) {
    const own = [...leaves].filter(([pointer]) => namesOf(pointer)[0] === key)
    keys.set(key, { value, searchable: new Map(own) })
  }
  return { ...run, keys }
}

export function unset(run: ModelRun, key: string): ModelRun {
  const keys = new Map(run.keys)
  keys.delete(key)
  return { ...run, keys }
}

export const metadataOf = (run: ModelRun): Members => object([...run.keys].map(([key, { value }]) => [key, value]))

/** Any value of the run's metadata. */
export const valueAt = (run: ModelRun, pointer: string): Tree | undefined =>
  namesOf(pointer).reduce<Tree | undefined>(memberOf, metadataOf(run))

/** The scalar that a condition on a pointer sees. */
export function seenAt({ isIndexed, keys }: ModelRun, pointer: string): Scalar | undefined {
  const [key = ''] = namesOf(pointer)
  return isIndexed ? keys.get(key)?.searchable.get(pointer) : undefined
}

const exists = (run: ModelRun, pointer: string): boolean => {
  const [key = '', ...inside] = namesOf(pointer)
  return seenAt(run, pointer) !== undefined || (run.isIndexed && inside.length === 0 && run.keys.has(key))
}

const itemsOf = (value: Tree | undefined): readonly Tree[] =>
  typeof value === 'object' && value !== null && value.kind === 'list' ? value.items : []

function holdsAt(run: ModelRun, pointer: string, op: Op, value: Tree | undefined): boolean {
  if (op === 'exists') return exists(run, pointer) === (value ?? true)
  const seen = seenAt(run, pointer)
  const against = (other: Tree | undefined): number | undefined =>
    seen === undefined || other === undefined || !isScalar(other) ? undefined : compareScalars(seen, other)
  const is = (test: (order: number) => boolean, other: Tree | undefined): boolean => {
    const order = against(other)
    return order !== undefined && test(order)
  }
  switch (op) {
    case '=':
      return is((order) => order === 0, value)
    case '!=':
      return !is((order) => order === 0, value)
    case '<':
      return is((order) => order < 0, value)
    case '<=':
      return is((order) => order <= 0, value)
    case '>':
      return is((order) => order > 0, value)
    case '>=':
      return is((order) => order >= 0, value)
    case 'in':
      return itemsOf(value).some((one) => is((order) => order === 0, one))
    case 'between': {
      const [low, high] = itemsOf(value)
      return is((order) => order >= 0, low) && is((order) => order <= 0, high)
    }
    case 'prefix':
      return typeof seen === 'string' && typeof value === 'string' && seen.startsWith(value)
    case 'contains':
      return typeof seen === 'string' && typeof value === 'string' && seen.includes(value)
  }
}

export function holds(run: ModelRun, condition: Condition): boolean {
  if ('and' in condition) return condition.and.every((one) => holds(run, one))
  if ('or' in condition) return condition.or.some((one) => holds(run, one))
  if ('not' in condition) return !holds(run, condition.not)
  return holdsAt(run, condition.pointer, condition.op, condition.value)
}

export const orderedBy = (order: string): { what: string; isDescending: boolean } =>
  order.startsWith('-') ? { what: order.slice(1), isDescending: true } : { what: order, isDescending: false }

/** Whether a search finds a run. */
export function finds(search: Search, run: ModelRun): boolean {
  const { ids, name, nameContains, pipeline, status } = search
  const { createdAfter, createdBefore, where = [], order = '-createdAt' } = search
  const { what } = orderedBy(order)
  return (
    (ids?.includes(run.id) ?? true) &&
    (name === undefined || run.name.startsWith(name)) &&
    (nameContains === undefined || run.name.toUpperCase().includes(nameContains.toUpperCase())) &&
    (pipeline === undefined || pipeline.some((one) => run.pipeline === one)) &&
    (status === undefined || status.some((one) => run.status === one)) &&
    (createdAfter === undefined || run.createdAt > createdAfter) &&
    (createdBefore === undefined || run.createdAt < createdBefore) &&
    where.every((one) => holds(run, one)) &&
    (what === 'createdAt' || seenAt(run, what) !== undefined)
  )
}

/** Conditions that every answer must meet. */
const demanded = (conditions: readonly Condition[]): Condition[] =>
  conditions.flatMap((one) => ('and' in one ? demanded(one.and) : [one]))

/** The orders that the reply may have, by the pointer that can drive the search. */
export function drivers(search: Search): string[] {
  const { order, pipeline, status, name, where = [] } = search
  if (order !== undefined) return [order]
  const single = demanded(where).flatMap((one) => ('pointer' in one ? [one] : []))
  const hasEquality = pipeline !== undefined || status !== undefined || single.some(({ op }) => op === '=')
  if (hasEquality) return ['-createdAt']
  const ranges = single.filter(({ op }) => ['<', '<=', '>', '>=', 'between', 'prefix'].includes(op))
  if (ranges.length > 0) return ranges.map(({ pointer }) => `-${pointer}`)
  return [name === undefined ? '-createdAt' : 'name']
}

/** Whether `next` may follow `one` in an answer. `areGrouped` checks the order of kinds. */
export function mayFollow(order: string, one: ModelRun, next: ModelRun): boolean {
  const { what, isDescending } = orderedBy(order)
  const rising = compared(what, one, next)
  return rising === undefined || (isDescending ? rising >= 0 : rising <= 0)
}

function compared(what: string, one: ModelRun, next: ModelRun): number | undefined {
  if (what === 'createdAt') return compareTexts(one.createdAt, next.createdAt)
  if (what === 'name') return compareTexts(one.name, next.name)
  const [a, b] = [seenAt(one, what), seenAt(next, what)]
  return a === undefined || b === undefined || areAlike(a, b) ? undefined : compareScalars(a, b)
}

const areAlike = (one: Scalar, other: Scalar): boolean => {
  if (typeof one !== 'string' || typeof other !== 'string') return false
  const [a, b] = [one, other].map((text) => Buffer.from(text).subarray(0, ORDERED_BYTES))
  return a?.length === ORDERED_BYTES && a.equals(b ?? a)
}

/** Whether all values of one kind are adjacent. */
export function areGrouped(order: string, runs: readonly ModelRun[]): boolean {
  const { what } = orderedBy(order)
  if (!what.startsWith('/')) return true
  const kinds = runs.map((run) => {
    const seen = seenAt(run, what)
    return seen === undefined ? 'nothing' : kindOf(seen)
  })
  const changes = kinds.filter((kind, at) => kind !== kinds[at - 1])
  return changes.length === new Set(kinds).size
}
