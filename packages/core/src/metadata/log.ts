import type { Author } from '../context.ts'
import type { LoggedValue } from '../json/body.ts'
import type { TypedPointer } from '../json/check-types.ts'
import { optionalString, present, requiredBytes, requiredNumber, requiredString } from '../table/attribute.ts'
import { logIdOf } from '../table/keys.ts'
import type { Item, Key, Table } from '../table/port.ts'
import { readParts } from './large/part.ts'
import { pack, unpack } from './pack.ts'

export interface StoredValue {
  readonly key: string
  readonly types: readonly TypedPointer[]
  /** The length of the text, in UTF-16 units. */
  readonly length: number
  /** The JSON text that was logged. If it is stored in another item, load it first. */
  readonly text: () => string
}

/** The part of a log that the fold needs. */
export interface LogValues {
  readonly position: string
  readonly step?: string
  readonly isRelated: boolean
  readonly entries: readonly StoredValue[]
  /** Loads the values if they are stored in other items. */
  readonly load: () => Promise<void>
  /** The key that this log unsets. Such a log has no entries. */
  readonly unset?: string
}

/** What a log's item is made from. */
export interface LogFields extends Omit<LogValues, 'entries' | 'load'> {
  readonly entries: readonly LoggedValue[]
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly author: Author
  /** A hash of the content. It tells a retry from another log under the same idempotency key. */
  readonly digest: Uint8Array
}

/** The part of a stored log that its receipt needs. Reading it unpacks no values. */
export interface LogHead {
  readonly id: string
  readonly position: string
  readonly createdAt: number
  readonly step?: string
  readonly digest: Uint8Array
}

/** The item of a log, and the bodies of its parts if it is too large for one item. Parts are written before the item. */
export interface LogItem {
  readonly item: Item
  readonly parts: readonly Uint8Array[]
}

export async function toLogItem(key: Key, log: LogFields): Promise<LogItem> {
  const { keyId, keyName, isToken } = log.author
  const { step, isRelated, unset, entries } = log
  const values = entries.map(({ text }) => text).join('')
  const { attributes, parts } =
    unset === undefined ? await pack(header(entries), values) : { attributes: {}, parts: [] }
  const item = {
    ...key,
    pos: log.position,
    createdAt: log.createdAt,
    by: keyId,
    byName: keyName,
    digest: log.digest,
    ...present({
      byToken: isToken || undefined,
      step,
      related: step === undefined || isRelated ? undefined : false,
      unset,
    }),
    ...attributes,
  }
  return { item, parts }
}

/** Keys, lengths of their values in UTF-16 units, and types: `[[key, length, [[pointer, type], …]?], …]`. */
type Header = readonly (readonly [key: string, length: number, types?: readonly TypedPointer[]])[]

const header = (entries: readonly LoggedValue[]): string => {
  const rows: Header = entries.map(({ key, text, types }) =>
    types.length > 0 ? [key, text.length, types] : [key, text.length],
  )
  return JSON.stringify(rows)
}

export async function fromLogItem(table: Table, item: Item): Promise<LogValues> {
  const unset = optionalString(item, 'unset')
  return {
    position: requiredString(item, 'pos'),
    isRelated: item.related !== false,
    ...(unset === undefined ? await entriesOf(table, item) : { entries: [], load: async () => undefined }),
    ...present({ step: optionalString(item, 'step'), unset }),
  }
}

async function entriesOf(table: Table, item: Item): Promise<Pick<LogValues, 'entries' | 'load'>> {
  const { head, values } = await unpack(item, () => readParts(table, item))
  const rows = JSON.parse(head) as Header
  let loaded = ''
  let at = 0
  const entries = rows.map(([key, length, types = []]) => {
    const from = at
    at += length
    return { key, types, length, text: () => loaded.slice(from, from + length) }
  })
  const load = async () => {
    if (loaded === '') loaded = await values()
  }
  if (item.source === undefined) await load()
  return { entries, load }
}

export const authorJson = (item: Item) => ({
  key: { id: requiredString(item, 'by'), name: requiredString(item, 'byName') },
  ...(item.byToken === true ? { token: true } : {}),
})

export const headOf = (item: Item): LogHead => ({
  id: logIdOf(item),
  position: requiredString(item, 'pos'),
  createdAt: requiredNumber(item, 'createdAt'),
  digest: requiredBytes(item, 'digest'),
  ...present({ step: optionalString(item, 'step') }),
})
