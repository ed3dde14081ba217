import { promisify } from 'node:util'
import { constants, deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib'
import { requiredBytes } from '../table/attribute.ts'
import type { Attributes } from '../table/port.ts'

/** A log's header and values as bytes: in attributes of its item if they fit, else in parts. */
export interface Packed {
  readonly attributes: Attributes
  readonly parts: readonly Uint8Array[]
}

/** A smaller log costs 2 WCU, compressed or not. */
const MIN_COMPRESSED_BYTES = 600
/** From this size, another thread compresses. */
const MIN_ASYNC_BYTES = 64 * 1024
/**
 * An item can have 400 KB, including its copy in the local index `order`, so a log can have half of that. This leaves room
 * for its other attributes.
 */
const MAX_LOG_BYTES = 195_000
/** Parts are in no index, so they can have almost 400 KB. */
const MAX_PART_BYTES = 380_000

export const cutParts = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / MAX_PART_BYTES) }, (_, n) =>
    bytes.subarray(n * MAX_PART_BYTES, (n + 1) * MAX_PART_BYTES),
  )

const NEWLINE = 10

export const deflate = async (bytes: Uint8Array): Promise<Uint8Array> =>
  bytes.length < MIN_ASYNC_BYTES ? deflateRawSync(bytes) : promisify(deflateRaw)(bytes)
export const inflate = async (bytes: Uint8Array): Promise<Buffer> =>
  bytes.length < MIN_ASYNC_BYTES ? inflateRawSync(bytes) : promisify(inflateRaw)(bytes)

const inItem = (attributes: Attributes): Packed => ({ attributes, parts: [] })

/** Compresses the beginning of a text. Append another compressed text, and both decompress as one. */
const deflateBeginning = (text: string): Buffer => deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH })

/** Packs a header, which must have no newline, and values. Compresses them if that makes them smaller. */
export async function pack(head: string, values: string): Promise<Packed> {
  const bytes = Buffer.byteLength(head) + 1 + Buffer.byteLength(values)
  if (bytes > MAX_LOG_BYTES) return packLarge(head, values)
  const plain = Buffer.from(`${head}\n${values}`)
  if (bytes < MIN_COMPRESSED_BYTES) return inItem({ body: plain })
  const packed = await deflate(plain)
  return inItem(packed.length < bytes ? { body: packed, encoding: 'deflate' } : { body: plain })
}

/** Compresses the header and the values separately, so that the values are compressed only once wherever they are stored. */
async function packLarge(head: string, values: string): Promise<Packed> {
  const packed = await deflate(Buffer.from(values))
  const beginning = deflateBeginning(`${head}\n`)
  if (beginning.length + packed.length <= MAX_LOG_BYTES) {
    return inItem({ body: Buffer.concat([beginning, packed]), encoding: 'deflate' })
  }
  // A reader of one key first needs only the header, so keep the header in the item if it fits.
  const ownHead = await deflate(Buffer.from(head))
  const isApart = ownHead.length <= MAX_LOG_BYTES
  const body = isApart ? packed : Buffer.concat([beginning, packed])
  const parts = cutParts(body)
  return { attributes: { ...(isApart ? { head: ownHead } : {}), parts: parts.length }, parts }
}

/** A log's header, and its values, which are decompressed on demand if they are in parts. */
export interface Unpacked {
  readonly head: string
  values(): Promise<string>
}

/** Reads what `pack` wrote. `readParts` returns the joined bytes of the parts. */
export async function unpack(item: Attributes, readParts: () => Promise<Uint8Array>): Promise<Unpacked> {
  if (item.head !== undefined) {
    const head = await inflate(requiredBytes(item, 'head'))
    return { head: head.toString(), values: async () => (await inflate(await readParts())).toString() }
  }
  const bytes = item.source === undefined ? requiredBytes(item, 'body') : await readParts()
  const isPacked = item.source !== undefined || item.encoding === 'deflate'
  const plain = isPacked ? await inflate(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const split = plain.indexOf(NEWLINE)
  const values = plain.toString('utf8', split + 1)
  return { head: plain.toString('utf8', 0, split), values: async () => values }
}
