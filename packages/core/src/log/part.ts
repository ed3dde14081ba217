import { requiredBytes, requiredNumber, requiredString } from '../store/attribute.ts'
import { partKey } from '../store/item.ts'
import type { Item, Key, Store } from '../store/store.ts'

/** Parts written at once: each is up to an item's size, and a partition takes a thousand WCU a second. */
const AT_ONCE = 4

/** The parts of a packed log as items. They have no position, so nobody reads them but by their log. */
export const toPartItems = ({ pk }: Key, source: string, parts: readonly Uint8Array[]): Item[] =>
  parts.map((body, index) => ({ ...partKey(pk, source, index), body }))

/** Writes parts where they are absent: one that is there holds the same bytes, as its key is a hash of them. */
export async function putParts(store: Store, items: readonly Item[]): Promise<void> {
  const rest = [...items]
  const writer = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await store.putIfAbsent(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, writer))
}

/** Reads the parts of a log, joined. They were written before it, and go with it only. */
export async function readParts(store: Store, log: Item): Promise<Uint8Array> {
  const source = requiredString(log, 'source')
  const keys = Array.from({ length: requiredNumber(log, 'parts') }, (_, index) => partKey(log.pk, source, index))
  const items = new Map((await store.getMany(keys)).map((item) => [item.sk, item]))
  return Buffer.concat(
    keys.map(({ sk }) => {
      const item = items.get(sk)
      if (item === undefined) throw new TypeError('a part of a stored log is missing')
      return requiredBytes(item, 'body')
    }),
  )
}
