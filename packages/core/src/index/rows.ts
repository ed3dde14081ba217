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

/** The search rows of a run: one for each metadata key, with its searchable scalars, and an index entry for each scalar. */

export interface RowOwner {
  readonly project: string
  readonly run: { readonly id: string; readonly createdAt: string }
  readonly shards: number
}

/** An item of the search index. A row never replaces one with a later `version`, the position of its log. */
export type Row = Item & { readonly version: string }

export interface Leaf {
  readonly pointer: string
  /** Sorts it among all scalars: see `orderText`. */
  readonly order: string
  /** Whether `order` is cut: see `cutText`. */
  readonly isCut: boolean
  /** The JSON text that was logged. Absent if it is too long for a row. */
  readonly text?: string
}

/** The row of a metadata key, written by the key's latest log. */
export interface KeyRow {
  readonly version: string
  readonly isSet: boolean
  readonly leaves: readonly Leaf[]
  /** Whether the same log also wrote `key`. An older row for it has not been updated yet. */
  alsoWrote(key: string): boolean
}

/** The searchable scalars that a log gives a key. */
export interface KeyLeaves {
  readonly key: string
  readonly leaves: readonly LeafText[]
}

/** Characters of JSON. Storing a longer scalar twice would cost more than reading it from its log when it is needed. */
const MAX_KEPT_CHARACTERS = 1024

/** The pointer below its key, and the JSON text; or for a long scalar its order text, and 1 if that is cut, else 0. */
type StoredLeaf = readonly [below: string, text: string, isCut?: 0 | 1]

export const isKeptAsJson = (text: string): boolean => text.length <= MAX_KEPT_CHARACTERS

const toStoredLeaf = (key: string, { pointer, text }: LeafText): StoredLeaf => {
  const below = pointer.slice(pointerPart(key).length)
  if (isKeptAsJson(text)) return [below, text]
  const order = orderText(text)
  const cut = cutText(order)
  return [below, cut, cut.length < order.length ? 1 : 0]
}

/** The attributes that give an item its entry in `lookup`. */
const indexKeysOf = ({ project, run, shards }: RowOwner, pointer: string, indexSk: string) => ({
  indexPk: valueIndexPk(project, pointer, shardOf(run.id, shards)),
  indexSk,
})

export const leafIndexSk = (
  { id, createdAt }: RowOwner['run'],
  { order, isCut }: { readonly order: string; readonly isCut?: boolean },
  isApart: boolean,
): string => valueIndexSk(indexText(order, isCut), createdAt, id, isApart)

/** Enough digits to tell apart the keys of one log. */
const KEY_HASH_DIGITS = 8
const keyHashOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, KEY_HASH_DIGITS)
const ALL_KEYS = '*'

/** Hashes of the keys in one log; `*` if it has more than 64; empty if it has one. */
export function keyHashesOf(keys: readonly KeyLeaves[]): string {
  if (keys.length > SEARCHABLE.leaves) return ALL_KEYS
  return keys.length > 1 ? keys.map(({ key }) => keyHashOf(key)).join(',') : ''
}

/** The rows of a key that a log set. The first scalar has its index entry on the key's row, each further scalar on its own row. */
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

/** The row of a key that was unset. It has no scalars, and prevents an older log from writing its row late. */
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

/** The sort text of a fact. It is empty for `createdAt`, because the index key includes the time of creation anyway. */
export const factText = (fact: RunFact, value: string): string =>
  fact === 'createdAt' ? '' : indexText(stringText(value))

export const factIndexSk = ({ id, createdAt }: RowOwner['run'], fact: RunFact, value: string): string =>
  valueIndexSk(factText(fact, value), createdAt, id)

export const toFactRow = (owner: RowOwner, version: string, fact: RunFact, value: string): Row => ({
  ...factKey(runPartition(owner.project, owner.run.id), fact),
  version,
  ...indexKeysOf(owner, fact, factIndexSk(owner.run, fact, value)),
})
