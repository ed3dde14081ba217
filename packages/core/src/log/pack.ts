import { promisify } from 'node:util'
import { deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib'
import { requiredBytes } from '../store/attribute.ts'
import type { Attributes } from '../store/store.ts'

/** Below this many bytes a log costs the same 2 WCU packed or not. */
const WORTHWHILE = 600
/** From this many bytes on, packing is left to another thread. */
const LARGE = 64 * 1024
const NEWLINE = 10

const deflate = async (bytes: Uint8Array) =>
  bytes.length < LARGE ? deflateRawSync(bytes) : promisify(deflateRaw)(bytes)
const inflate = async (bytes: Uint8Array) =>
  bytes.length < LARGE ? inflateRawSync(bytes) : promisify(inflateRaw)(bytes)

/** A header, which has no newline, and values as one attribute, compressed where that is smaller. */
export async function pack(head: string, values: string): Promise<Attributes> {
  const plain = Buffer.from(`${head}\n${values}`)
  if (plain.length < WORTHWHILE) return { body: plain }
  const packed = await deflate(plain)
  return packed.length < plain.length ? { body: packed, encoding: 'deflate' } : { body: plain }
}

export async function unpack(item: Attributes): Promise<{ head: string; values: string }> {
  const bytes = requiredBytes(item, 'body')
  const plain = item.encoding === 'deflate' ? await inflate(bytes) : bytes
  const split = plain.indexOf(NEWLINE)
  const text = Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength)
  return { head: text.toString('utf8', 0, split), values: text.toString('utf8', split + 1) }
}
