import type { TypeName } from '@runmeta/schema/typed'
import type { Author } from '../context.ts'
import { optionalString, present, requiredBytes, requiredNumber, requiredString } from '../store/attribute.ts'
import { logIdOf } from '../store/item.ts'
import type { Item, Key } from '../store/store.ts'
import type { Entry } from '../value/body.ts'
import { pack, unpack } from './pack.ts'

/** What of a log the fold needs. */
export interface LogEntries {
  readonly position: string
  readonly step?: string
  /** Whether a step's log goes to the run as well. */
  readonly isRelated: boolean
  readonly entries: readonly Entry[]
  /** The key that it takes the value of away; such a log has no entries. */
  readonly unset?: string
}

/** One log as it is stored. */
export interface StoredLog extends LogEntries {
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly author: Author
  /** What it says, to tell a second sending from another log under the same idempotency key. */
  readonly digest: Uint8Array
}

/** Of a stored log what the reply to it says; reading it unpacks no values. */
export interface LogHead {
  readonly id: string
  readonly position: string
  readonly createdAt: number
  readonly step?: string
  readonly digest: Uint8Array
}

export async function toLogItem(key: Key, log: StoredLog): Promise<Item> {
  const { keyId, keyName, isToken } = log.author
  const { step, isRelated, unset, entries } = log
  return {
    ...key,
    pos: log.position,
    createdAt: log.createdAt,
    by: keyId,
    byName: keyName,
    digest: log.digest,
    ...present({
      byToken: isToken || undefined,
      step,
      // Stored where it says something: a step's log goes to the run as well unless it does not.
      related: step === undefined || isRelated ? undefined : false,
      unset,
    }),
    ...(unset === undefined ? await pack(header(entries), entries.map(({ text }) => text).join('')) : {}),
  }
}

/** Keys, lengths of their values in UTF-16 units, and types: `[[key, length, [[pointer, type], …]?], …]`. */
type Header = readonly (readonly [key: string, length: number, types?: readonly (readonly [string, TypeName])[]])[]

const header = (entries: readonly Entry[]): string => {
  const rows: Header = entries.map(({ key, text, types }) =>
    types.length > 0 ? [key, text.length, types] : [key, text.length],
  )
  return JSON.stringify(rows)
}

export async function fromLogItem(item: Item): Promise<LogEntries> {
  const unset = optionalString(item, 'unset')
  return {
    position: requiredString(item, 'pos'),
    isRelated: item.related !== false,
    entries: unset === undefined ? await entriesOf(item) : [],
    ...present({ step: optionalString(item, 'step'), unset }),
  }
}

async function entriesOf(item: Item): Promise<Entry[]> {
  const { head, values } = await unpack(item)
  const rows = JSON.parse(head) as Header
  const entries: Entry[] = []
  let at = 0
  for (const [key, length, types = []] of rows) {
    entries.push({ key, text: values.slice(at, at + length), types })
    at += length
  }
  return entries
}

export const authorOf = (item: Item): Author => ({
  keyId: requiredString(item, 'by'),
  keyName: requiredString(item, 'byName'),
  isToken: item.byToken === true,
})

export const headOf = (item: Item): LogHead => ({
  id: logIdOf(item),
  position: requiredString(item, 'pos'),
  createdAt: requiredNumber(item, 'createdAt'),
  digest: requiredBytes(item, 'digest'),
  ...present({ step: optionalString(item, 'step') }),
})
