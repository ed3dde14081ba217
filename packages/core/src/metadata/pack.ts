import { promisify } from 'node:util'
import { constants, deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib'
import { requiredBytes } from '../table/attribute.ts'
import type { Attributes } from '../table/port.ts'

/** A log's header and values as bytes: in its item where they fit, else in parts of their own. */
export interface Packed {
  readonly attributes: Attributes
  readonly parts: readonly Uint8Array[]
}

/** Below this many bytes a log costs the same 2 WCU packed or not. */
const MIN_COMPRESSED_BYTES = 600
/** From this many bytes on, packing is left to another thread. */
const MIN_ASYNC_BYTES = 64 * 1024
/**
 * An item may have 400 KB, and what a local index projects of it counts as well: `order` projects all of a log, so that has
 * half. The rest of its attributes fit what is left.
 */
const MAX_LOG_BYTES = 195_000
/** A part is in no index. */
const MAX_PART_BYTES = 380_000

/** Bytes in pieces that an item of no index holds each. */
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

/** The beginning of a deflated text, to be followed by the end of one: both together are one, and the end is one alone. */
const deflateBeginning = (text: string): Buffer => deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH })

/** Packs a header, which has no newline, and values; compressed where that is smaller. */
export async function pack(head: string, values: string): Promise<Packed> {
  const bytes = Buffer.byteLength(head) + 1 + Buffer.byteLength(values)
  if (bytes > MAX_LOG_BYTES) return packLarge(head, values)
  const plain = Buffer.from(`${head}\n${values}`)
  if (bytes < MIN_COMPRESSED_BYTES) return inItem({ body: plain })
  const packed = await deflate(plain)
  return inItem(packed.length < bytes ? { body: packed, encoding: 'deflate' } : { body: plain })
}

/** Compresses header and values each by itself, so that the values are compressed once wherever they end up. */
async function packLarge(head: string, values: string): Promise<Packed> {
  const packed = await deflate(Buffer.from(values))
  const beginning = deflateBeginning(`${head}\n`)
  if (beginning.length + packed.length <= MAX_LOG_BYTES) {
    return inItem({ body: Buffer.concat([beginning, packed]), encoding: 'deflate' })
  }
  // A reader that looks for one key needs the header alone, so it stays in the item where it fits.
  const ownHead = await deflate(Buffer.from(head))
  const isApart = ownHead.length <= MAX_LOG_BYTES
  const body = isApart ? packed : Buffer.concat([beginning, packed])
  const parts = cutParts(body)
  return { attributes: { ...(isApart ? { head: ownHead } : {}), parts: parts.length }, parts }
}

/** What a log holds, its values still packed where they are apart. */
export interface Unpacked {
  readonly head: string
  values(): Promise<string>
}

/** Reads what `pack` wrote; `readParts` gives the bytes of its parts, joined. */
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
