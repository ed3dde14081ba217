import { setMaxListeners } from 'node:events'
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import type { Table } from '../port.ts'
import { DISTRIBUTED } from '../timing.ts'
import { writeAll } from '../write-all.ts'
import { readItems, removeItems } from './batch.ts'
import { type ClientOptions, createClient } from './client.ts'
import { type Connection, guarded, itemOf, keyOf, optionsOf } from './connection.ts'
import { queryEntries, queryKeys, queryPages, scanKeys } from './query.ts'
import { putItem, removeItem, updateItem } from './write.ts'

export interface DynamoTableOptions extends ClientOptions {
  readonly tableName: string
}

/** A table whose connections can be closed, where its server ends before its process does. */
export interface ClosableTable extends Table {
  close(): void
}

/** The table port over the DynamoDB API. */
export function createDynamoTable({ tableName, ...options }: DynamoTableOptions): ClosableTable {
  const client = createClient(options)
  return {
    ...tableOver({ client, tableName, signal: undefined }),
    // The document client's own `destroy` does nothing: it did not make what it was given.
    close: () => client.config.requestHandler.destroy?.(),
  }
}

function tableOver(connection: Connection): Table {
  const table: Table = {
    timing: DISTRIBUTED,
    async get(key) {
      const command = new GetCommand({ TableName: connection.tableName, Key: keyOf(key), ConsistentRead: true })
      const { Item } = await guarded(connection.client.send(command, optionsOf(connection)))
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
    until: (signal) => {
      // Each call, and each of its waits, listens for the end; a large log makes more of them than Node takes for a leak.
      setMaxListeners(0, signal)
      return tableOver({ ...connection, signal })
    },
  }
  return table
}
