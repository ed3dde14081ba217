import { optionalString, requiredString } from '../store/attribute.ts'
import { factKey, leafKey, type RunFact, rowKey, runPartition, shardOf, valueGroup, valuePlace } from '../store/item.ts'
import type { Item } from '../store/store.ts'
import type { LeafText } from '../value/body.ts'
import { cutText, orderText, stringText } from '../value/order.ts'
import { pointerPart } from '../value/pointer.ts'

/** What is searched of a run's metadata: of each key a row, which holds its searchable scalars, and an entry for each of them. */

/** Where the rows of a run go. */
export interface Place {
  readonly project: string
  readonly run: { readonly id: string; readonly createdAt: string }
  /** Shards that entries are written to. */
  readonly shards: number
}

/** An item of search: the newest one of its key stays. */
export type Row = Item & { readonly at: string }

/** A searchable scalar, as its row keeps it. */
export interface Leaf {
  readonly pointer: string
  /** Its place among all scalars: see `orderText`. */
  readonly order: string
  /** The JSON text that was logged; nothing of one that is too long for a row, whose `order` is cut then. */
  readonly text?: string
}

/** What the latest log says of a key. */
export interface KeyRow {
  /** The log's position. */
  readonly at: string
  /** Whether it has a value. */
  readonly isSet: boolean
  readonly leaves: readonly Leaf[]
}

/** What a log says of a key, as far as search goes. */
export interface KeyLeaves {
  readonly key: string
  readonly leaves: readonly LeafText[]
}

/** Characters of JSON. A longer scalar would cost more to keep twice than to read where it is asked for. */
const KEPT = 1024

/** Below its key, the JSON text or the cut order text, and which of the two. */
type StoredLeaf = readonly [below: string, text: string, isCut?: 1]

export const isKept = (text: string): boolean => text.length <= KEPT

const stored = (key: string, { pointer, text }: LeafText): StoredLeaf => {
  const below = pointer.slice(pointerPart(key).length)
  return isKept(text) ? [below, text] : [below, cutText(orderText(text)), 1]
}

/** The entry that an item has in `lookup`. */
const entry = ({ project, run, shards }: Place, pointer: string, place: string) => ({
  grp: valueGroup(project, pointer, shardOf(run.id, shards)),
  place,
})

/** Where a run stands among those that have a scalar at a pointer. */
export const leafPlace = ({ id, createdAt }: Place['run'], order: string, isApart: boolean): string =>
  valuePlace(cutText(order), createdAt, id, isApart)

/** The rows of a key that a log set. The first scalar has its entry on the key's own row, each other one on a row for it. */
export function toRows(place: Place, at: string, { key, leaves }: KeyLeaves): Row[] {
  const pk = runPartition(place.project, place.run.id)
  const [first, ...others] = leaves
  const own: Row = {
    ...rowKey(pk, key),
    at,
    leaves: JSON.stringify(leaves.map((leaf) => stored(key, leaf))),
    ...(first === undefined ? {} : entry(place, first.pointer, leafPlace(place.run, orderText(first.text), false))),
  }
  const further = others.map(({ pointer, text }) => ({
    ...leafKey(pk, pointer),
    at,
    ...entry(place, pointer, leafPlace(place.run, orderText(text), true)),
  }))
  return [own, ...further]
}

/** The row of a key that was unset: it holds nothing, and keeps an older log from coming back. */
export const toUnsetRow = ({ project, run }: Place, at: string, key: string): Row => ({
  ...rowKey(runPartition(project, run.id), key),
  at,
})

export function fromRow(key: string, item: Item): KeyRow {
  const leaves = optionalString(item, 'leaves')
  const part = pointerPart(key)
  return {
    at: requiredString(item, 'at'),
    isSet: leaves !== undefined,
    leaves: (JSON.parse(leaves ?? '[]') as StoredLeaf[]).map(([below, text, isCut]) =>
      isCut === 1 ? { pointer: part + below, order: text } : { pointer: part + below, order: orderText(text), text },
    ),
  }
}

/** A fact in the order that it is searched in; of `createdAt` the place says all. */
export const factText = (fact: RunFact, value: string): string =>
  fact === 'createdAt' ? '' : cutText(stringText(value))

/** Where a run stands among those that have a fact. */
export const factPlace = ({ id, createdAt }: Place['run'], fact: RunFact, value: string): string =>
  valuePlace(factText(fact, value), createdAt, id)

export const toFactRow = (place: Place, at: string, fact: RunFact, value: string): Row => ({
  ...factKey(runPartition(place.project, place.run.id), fact),
  at,
  ...entry(place, fact, factPlace(place.run, fact, value)),
})
