import { setMaxListeners } from 'node:events'
import type { Table } from '../port.ts'
import { DISTRIBUTED } from '../timing.ts'
import { writeAll } from '../write-all.ts'
import { readItems, removeItems } from './batch.ts'
import { type Connection, call, itemOf, keyOf } from './connection.ts'
import type { StoreClient } from './operations.ts'
import { queryEntries, queryKeys, queryPages, scanKeys } from './query.ts'
import { putItem, removeItem, updateItem } from './write.ts'

/** A table whose connections can be closed, for a server that stops before its process does. */
export interface ClosableTable extends Table {
  close(): void
}

export const tableOver = (client: StoreClient, tableName: string): ClosableTable => ({
  ...tableOf({ send: client.send, tableName, signal: undefined }),
  close: client.close,
})

function tableOf(connection: Connection): Table {
  const table: Table = {
    timing: DISTRIBUTED,
    async get(key) {
      const input = { TableName: connection.tableName, Key: keyOf(key), ConsistentRead: true }
      const { Item } = await call(connection, 'GetItem', input)
      return Item === undefined ? undefined : itemOf(Item)
    },
    getMany: (keys) => readItems(connection, keys),
    async put(item, condition, followers = []) {
      const written = await putItem(connection, item, condition)
      if (written !== undefined) await writeAll(table, followers)
      return written
    },
    update: (key, condition, change) => updateItem(connection, key, condition, change),
    remove: (key, condition) => removeItem(connection, key, condition),
    removeMany: (keys) => removeItems(connection, keys),
    keys: (pk, prefix) => queryKeys(connection, pk, prefix),
    pages: (pk, range) => queryPages(connection, pk, range),
    entries: (indexPk, range) => queryEntries(connection, indexPk, range),
    scan: (options) => scanKeys(connection, options),
    withSignal: (signal) => {
      // Each call and each wait adds a listener. A large log adds more than Node's threshold for a leak warning.
      setMaxListeners(0, signal)
      return tableOf({ ...connection, signal })
    },
  }
  return table
}
