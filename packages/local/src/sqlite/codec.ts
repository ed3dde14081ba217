import { crc32 } from 'node:zlib'
import { decode, encode } from '@msgpack/msgpack'
import type { Attribute, Item, Key } from '@runmeta/core/table/port'

/**
 * How a row stores an item: the whole item as MessagePack in `body`, and each attribute that a query needs in its own column.
 * Only SQLite uses the columns; a read takes `body`, because each value read from SQLite costs a microsecond or two.
 */

/** Attributes with a column of their own, and its name. */
const COLUMNS = { pos: 'pos', indexPk: 'index_pk', indexSk: 'index_sk', version: 'version' } as const
type ColumnAttribute = keyof typeof COLUMNS

/** Text as a UTF-8 blob: SQLite compares blobs by their bytes, and does not cut them at a NUL as it does text. */
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
]

export const ROW_COLUMNS = ['pk', 'sk', ...Object.values(COLUMNS), 'body'] as const

/** A row as a query returns it. */
export interface StoredRow {
  readonly body: Bytes
}

/** A row whose checksum does not match. */
export class DamagedRow extends Error {
  override readonly name = 'DamagedRow'
}

/** A buffer over the same bytes: a plain Uint8Array has no fast conversion to text and numbers. */
const bufferOf = (bytes: Bytes): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export const toBytes = (text: string): Bytes => Buffer.from(text)
export const fromBytes = (bytes: Bytes): string => bufferOf(bytes).toString()

const CHECKSUM_BYTES = 4

function columnOf(item: Item, name: ColumnAttribute): Bytes | null {
  const value = item[name]
  if (value === undefined) return null
  if (typeof value !== 'string') throw new TypeError(`attribute ${name}: expected a string`)
  return toBytes(value)
}

export function toRow(item: Item): Row {
  const { pk, ...attributes } = item
  const partition = toBytes(pk)
  const encoded = encode(attributes)
  const body = Buffer.allocUnsafe(CHECKSUM_BYTES + encoded.byteLength)
  // SQLite checks the structure of a file, not the content of its rows: it would not notice a flipped bit in a value.
  body.writeUInt32BE(crc32(encoded, crc32(partition)))
  body.set(encoded, CHECKSUM_BYTES)
  return [
    partition,
    toBytes(item.sk),
    columnOf(item, 'pos'),
    columnOf(item, 'indexPk'),
    columnOf(item, 'indexSk'),
    columnOf(item, 'version'),
    body,
  ]
}

/** The item of a row in the partition `pk`. @throws DamagedRow */
export function fromRow(pk: string, { body }: StoredRow): Item {
  const encoded = body.subarray(CHECKSUM_BYTES)
  if (body.length < CHECKSUM_BYTES || crc32(encoded, crc32(pk)) !== bufferOf(body).readUInt32BE())
    throw new DamagedRow(`a row of ${pk} does not match its checksum`)
  const attributes = decode(encoded) as Record<string, Attribute> & Pick<Key, 'sk'>
  return { ...attributes, pk }
}
