import { createHash } from 'node:crypto'
import type { LeafText } from '../json/body.ts'
import { cutText, indexText, orderText, stringText } from '../json/order.ts'
import { pointerPart } from '../json/pointer.ts'
import { SEARCHABLE } from '../json/scan.ts'
import { optionalString, requiredString } from '../table/attribute.ts'
import {
  factKey,
  leafKey,
  type RunFact,
  rowKey,
  runPartition,
  shardOf,
  valueIndexPk,
  valueIndexSk,
} from '../table/keys.ts'
import type { Item } from '../table/port.ts'

/** What is searched of a run's metadata: of each key a row, which holds its searchable scalars, and an entry for each of them. */

/** Where the rows of a run go. */
export interface RowOwner {
  readonly project: string
  readonly run: { readonly id: string; readonly createdAt: string }
  /** Shards that entries are written to. */
  readonly shards: number
}

/** An item of search: the newest one of its key stays. */
export type Row = Item & { readonly version: string }

/** A searchable scalar, as its row keeps it. */
export interface Leaf {
  readonly pointer: string
  /** Its place among all scalars: see `orderText`. */
  readonly order: string
  /** Whether `order` is only the beginning: see `cutText`. */
  readonly isCut: boolean
  /** The JSON text that was logged, unless it is too long for a row. */
  readonly text?: string
}

/** What the latest log says of a key. */
export interface KeyRow {
  /** The log's position. */
  readonly version: string
  /** Whether it has a value. */
  readonly isSet: boolean
  readonly leaves: readonly Leaf[]
  /** Whether the same log said something of another key as well: a row of that which is older is not through yet. */
  alsoWrote(key: string): boolean
}

/** The searchable scalars that a log has for a key. */
export interface KeyLeaves {
  readonly key: string
  readonly leaves: readonly LeafText[]
}

/** Characters of JSON. A longer scalar would cost more to keep twice than to read where it is asked for. */
const MAX_KEPT_CHARACTERS = 1024

/** Below its key, the JSON text; or, of one that is too long, the order text, and whether that is whole (0) or cut (1). */
type StoredLeaf = readonly [below: string, text: string, isCut?: 0 | 1]

export const isKeptAsJson = (text: string): boolean => text.length <= MAX_KEPT_CHARACTERS

const toStoredLeaf = (key: string, { pointer, text }: LeafText): StoredLeaf => {
  const below = pointer.slice(pointerPart(key).length)
  if (isKeptAsJson(text)) return [below, text]
  const order = orderText(text)
  const cut = cutText(order)
  return [below, cut, cut.length < order.length ? 1 : 0]
}

/** The entry that an item has in `lookup`. */
const indexKeysOf = ({ project, run, shards }: RowOwner, pointer: string, indexSk: string) => ({
  indexPk: valueIndexPk(project, pointer, shardOf(run.id, shards)),
  indexSk,
})

/** Where a run stands among those that have a scalar at a pointer. */
export const leafIndexSk = (
  { id, createdAt }: RowOwner['run'],
  { order, isCut }: { readonly order: string; readonly isCut?: boolean },
  isApart: boolean,
): string => valueIndexSk(indexText(order, isCut), createdAt, id, isApart)

/** Enough of a hash to tell the keys of one log apart. */
const KEY_HASH_DIGITS = 8
const keyHashOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, KEY_HASH_DIGITS)
/** Stands for all keys there are. */
const ALL_KEYS = '*'

/** Tells of the keys of one log, for their rows. A log of very many has said something of any, for all that a row knows. */
export function keyHashesOf(keys: readonly KeyLeaves[]): string {
  if (keys.length > SEARCHABLE.leaves) return ALL_KEYS
  return keys.length > 1 ? keys.map(({ key }) => keyHashOf(key)).join(',') : ''
}

/** The rows of a key that a log set. The first scalar has its entry on the key's own row, each other one on a row for it. */
export function toRows(owner: RowOwner, version: string, { key, leaves }: KeyLeaves, marks: string): Row[] {
  const pk = runPartition(owner.project, owner.run.id)
  const [first, ...others] = leaves
  const own: Row = {
    ...rowKey(pk, key),
    version,
    leaves: JSON.stringify(leaves.map((leaf) => toStoredLeaf(key, leaf))),
    ...(marks === '' ? {} : { marks }),
    ...(first === undefined
      ? {}
      : indexKeysOf(owner, first.pointer, leafIndexSk(owner.run, { order: orderText(first.text) }, false))),
  }
  const further = others.map(({ pointer, text }) => ({
    ...leafKey(pk, pointer),
    version,
    ...indexKeysOf(owner, pointer, leafIndexSk(owner.run, { order: orderText(text) }, true)),
  }))
  return [own, ...further]
}

/** The row of a key that was unset: it holds nothing, and keeps an older log from coming back. */
export const toUnsetRow = ({ project, run }: RowOwner, version: string, key: string): Row => ({
  ...rowKey(runPartition(project, run.id), key),
  version,
})

export function fromRow(key: string, item: Item): KeyRow {
  const leaves = optionalString(item, 'leaves')
  const part = pointerPart(key)
  const marks = optionalString(item, 'marks')?.split(',') ?? []
  return {
    alsoWrote: (other) => marks.includes(ALL_KEYS) || marks.includes(keyHashOf(other)),
    version: requiredString(item, 'version'),
    isSet: leaves !== undefined,
    leaves: (JSON.parse(leaves ?? '[]') as StoredLeaf[]).map(([below, text, isCut]) =>
      isCut === undefined
        ? { pointer: part + below, order: orderText(text), isCut: false, text }
        : { pointer: part + below, order: text, isCut: isCut === 1 },
    ),
  }
}

/** A fact in the order that it is searched in; of `createdAt` the place says all. */
export const factText = (fact: RunFact, value: string): string =>
  fact === 'createdAt' ? '' : indexText(stringText(value))

/** Where a run stands among those that have a fact. */
export const factIndexSk = ({ id, createdAt }: RowOwner['run'], fact: RunFact, value: string): string =>
  valueIndexSk(factText(fact, value), createdAt, id)

export const toFactRow = (owner: RowOwner, version: string, fact: RunFact, value: string): Row => ({
  ...factKey(runPartition(owner.project, owner.run.id), fact),
  version,
  ...indexKeysOf(owner, fact, factIndexSk(owner.run, fact, value)),
})
