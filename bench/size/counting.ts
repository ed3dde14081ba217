import type { Table } from '@runmeta/core/table/port'

export interface Counts {
  /** The calls of the table port. Each page counts as a call. */
  calls: number
  /** The items and entries that the calls read or wrote. */
  items: number
}

/** A table that counts its calls. */
export function counting(table: Table, counts: Counts): Table {
  const add = (items: number): void => {
    counts.calls++
    counts.items += items
  }
  async function* each<T>(pages: AsyncIterable<T>, sizeOf: (page: T) => number): AsyncGenerator<T> {
    for await (const page of pages) {
      add(sizeOf(page))
      yield page
    }
  }
  return {
    timing: table.timing,
    get: async (key) => {
      const item = await table.get(key)
      add(item === undefined ? 0 : 1)
      return item
    },
    getMany: async (keys) => {
      const items = await table.getMany(keys)
      add(items.length)
      return items
    },
    put: (item, condition, followers = [], check = undefined) => {
      add(1 + followers.length)
      return table.put(item, condition, followers, check)
    },
    update: (key, condition, change) => {
      add(1)
      return table.update(key, condition, change)
    },
    remove: (key, condition) => {
      add(1)
      return table.remove(key, condition)
    },
    removeMany: (keys) => {
      add(keys.length)
      return table.removeMany(keys)
    },
    keys: (pk, prefix) => each(table.keys(pk, prefix), (keys) => keys.length),
    pages: (pk, range) => each(table.pages(pk, range), ({ items }) => items.length),
    entries: async (indexPk, range) => {
      const page = await table.entries(indexPk, range)
      add(page.entries.length)
      return page
    },
    scan: (options) => each(table.scan(options), ({ keys }) => keys.length),
    withSignal: (signal) => counting(table.withSignal(signal), counts),
  }
}
