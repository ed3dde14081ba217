import { setMaxListeners } from 'node:events'
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import type { Table } from '../port.ts'
import { DISTRIBUTED } from '../timing.ts'
import { writeAll } from '../write-all.ts'
import { readItems, removeItems } from './batch.ts'
import { type ClientOptions, createClient } from './client.ts'
import { type Connection, itemOf, keyOf, optionsOf, withStoreErrors } from './connection.ts'
import { queryEntries, queryKeys, queryPages, scanKeys } from './query.ts'
import { putItem, removeItem, updateItem } from './write.ts'

export interface DynamoTableOptions extends ClientOptions {
  readonly tableName: string
}

/** A table whose connections can be closed, for a server that stops before its process does. */
export interface ClosableTable extends Table {
  close(): void
}

/** Creates the adapter of the table port for the DynamoDB API. */
export function createDynamoTable({ tableName, ...options }: DynamoTableOptions): ClosableTable {
  const client = createClient(options)
  return {
    ...tableOver({ client, tableName, signal: undefined }),
    // `destroy` of the document client does nothing, because it did not create the client inside it.
    close: () => client.config.requestHandler.destroy?.(),
  }
}

function tableOver(connection: Connection): Table {
  const table: Table = {
    timing: DISTRIBUTED,
    async get(key) {
      const command = new GetCommand({ TableName: connection.tableName, Key: keyOf(key), ConsistentRead: true })
      const { Item } = await withStoreErrors(connection.client.send(command, optionsOf(connection)))
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
      return tableOver({ ...connection, signal })
    },
  }
  return table
}
