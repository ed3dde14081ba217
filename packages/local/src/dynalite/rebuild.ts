import type { Item, Level, Table } from 'dynalite/db/index.js'
import { indexesOf, items, tableKey, tables } from './store.ts'

/** Entries; one of them may hold an item of 400 KB. */
const BATCH = 64

/** dynalite makes a table ready in a second write; a kill between the two leaves it in the making for ever. */
async function finish(level: Level, table: Table): Promise<void> {
  table.TableStatus = 'ACTIVE'
  for (const index of table.GlobalSecondaryIndexes ?? []) index.IndexStatus = 'ACTIVE'
  await level.put(tableKey(table), table)
}

/**
 * Makes every index anew from the items. dynalite writes an item's index entries and then the item, each by itself, and
 * acknowledges it after the last: what a kill between them left is entries without an item, or items without their
 * entries. Interrupted, it is begun again from the start.
 */
export async function rebuild(level: Level, onProgress: (items: number) => void): Promise<void> {
  let count = 0
  for await (const table of level.values<Table>(tables)) {
    if (table.TableStatus === 'CREATING') await finish(level, table)
    const indexes = indexesOf(table)
    for (const { range } of indexes) await level.clear(range)
    let entries: { type: 'put'; key: string; value: Item }[] = []
    for await (const item of level.values<Item>(items(table))) {
      for (const { entryOf } of indexes) {
        const entry = entryOf(item)
        if (entry !== undefined) entries.push({ type: 'put', ...entry })
      }
      count++
      if (entries.length < BATCH) continue
      await level.batch(entries)
      entries = []
      onProgress(count)
    }
    await level.batch(entries)
  }
}
