import { requiredBytes, requiredNumber, requiredString } from '../store/attribute.ts'
import { partKey } from '../store/item.ts'
import type { Item, Key, Store } from '../store/store.ts'
import { inTurns } from '../turns.ts'

/** Parts written at once: each is up to an item's size, and a partition takes a thousand WCU a second. */
const AT_ONCE = 4

/** Keys of the parts that one attempt at a log wrote. */
export const partKeys = (pk: string, source: string, count: number): Key[] =>
  Array.from({ length: count }, (_, index) => partKey(pk, source, index))

/**
 * Writes the parts of one attempt at a log, which nobody else writes: what is there already is the client's own earlier try.
 * They have no position, so nobody reads them but by their log.
 */
export async function putParts(store: Store, pk: string, source: string, parts: readonly Uint8Array[]): Promise<void> {
  await inTurns([...parts.entries()], AT_ONCE, async ([index, body]) => {
    await store.putIfAbsent({ ...partKey(pk, source, index), body })
  })
}

/** Reads the parts of a log, joined. They were written before it, and go with it only. */
export async function readParts(store: Store, log: Item): Promise<Uint8Array> {
  const keys = partKeys(log.pk, requiredString(log, 'source'), requiredNumber(log, 'parts'))
  const items = new Map((await store.getMany(keys)).map((item) => [item.sk, item]))
  return Buffer.concat(
    keys.map(({ sk }) => {
      const item = items.get(sk)
      if (item === undefined) throw new TypeError('a part of a stored log is missing')
      return requiredBytes(item, 'body')
    }),
  )
}
