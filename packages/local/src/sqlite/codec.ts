import { crc32 } from 'node:zlib'
import { decode, encode } from '@msgpack/msgpack'
import type { Attribute, Item, Key } from '@runmeta/core/table/port'

/** How an item is kept in a row: a column for each attribute that a query needs, the rest as MessagePack in `body`. */

/** Attributes with a column of their own, and its name. */
const COLUMNS = { pos: 'pos', indexPk: 'index_pk', indexSk: 'index_sk', version: 'version' } as const
type ColumnAttribute = keyof typeof COLUMNS

const ATTRIBUTES = Object.keys(COLUMNS) as ColumnAttribute[]

/** A column that holds text as UTF-8: SQLite compares blobs by their bytes, and cuts no blob at a NUL as it does text. */
export type Bytes = Uint8Array

/** The values of a row, in the order of {@link ROW_COLUMNS}. */
export type Row = [
  pk: Bytes,
  sk: Bytes,
  pos: Bytes | null,
  indexPk: Bytes | null,
  indexSk: Bytes | null,
  version: Bytes | null,
  body: Bytes,
  checksum: number,
]

export const ROW_COLUMNS = ['pk', 'sk', ...Object.values(COLUMNS), 'body', 'checksum'] as const

/** A row as a query gives it. */
export interface StoredRow {
  readonly pk: Bytes
  readonly sk: Bytes
  readonly pos: Bytes | null
  readonly index_pk: Bytes | null
  readonly index_sk: Bytes | null
  readonly version: Bytes | null
  readonly body: Bytes
  readonly checksum: number
}

/** A row whose bytes are not those that were written. */
export class DamagedRow extends Error {
  override readonly name = 'DamagedRow'
}

export const toBytes = (text: string): Bytes => Buffer.from(text)
export const fromBytes = (bytes: Bytes): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()

const EMPTY = new Uint8Array()

/** SQLite checks the structure of a file, not what its rows hold: a flipped bit in a value would be read as it is. */
function checksumOf(columns: readonly (Bytes | null)[]): number {
  let sum = 0
  for (const column of columns) sum = crc32(column ?? EMPTY, sum)
  return sum
}

function columnOf(item: Item, name: ColumnAttribute): Bytes | null {
  const value = item[name]
  if (value === undefined) return null
  if (typeof value !== 'string') throw new TypeError(`attribute ${name}: expected a string`)
  return toBytes(value)
}

export function toRow({ pk, sk, ...attributes }: Item): Row {
  const item = { pk, sk, ...attributes }
  const rest: Record<string, Attribute> = { ...attributes }
  for (const name of ATTRIBUTES) delete rest[name]
  const columns = [
    toBytes(pk),
    toBytes(sk),
    columnOf(item, 'pos'),
    columnOf(item, 'indexPk'),
    columnOf(item, 'indexSk'),
    columnOf(item, 'version'),
    encode(rest),
  ] as const
  return [...columns, checksumOf(columns)]
}

/** @throws DamagedRow */
export function fromRow({ pk, sk, pos, index_pk, index_sk, version, body, checksum }: StoredRow): Item {
  if (checksumOf([pk, sk, pos, index_pk, index_sk, version, body]) !== checksum)
    throw new DamagedRow(`the row of ${fromBytes(pk)} ${fromBytes(sk)} does not match its checksum`)
  const item: Record<string, Attribute> & Key = {
    ...(decode(body) as Record<string, Attribute>),
    pk: fromBytes(pk),
    sk: fromBytes(sk),
  }
  if (pos !== null) item.pos = fromBytes(pos)
  if (index_pk !== null) item.indexPk = fromBytes(index_pk)
  if (index_sk !== null) item.indexSk = fromBytes(index_sk)
  if (version !== null) item.version = fromBytes(version)
  return item
}
