import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb'

/** The table's key attributes and indexes: one table, one local index, one global index. */
export const TABLE = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Local: a run's record and logs by position, read strongly. */
  order: { name: 'order', sortKey: 'pos' },
  /** Global: names, ids and, for search, values. Keys only: entries are hints, and what they point at is read. */
  lookup: { name: 'lookup', partitionKey: 'indexPk', sortKey: 'indexSk' },
} as const

/** How `table:create` and the tests create the table; on AWS the infrastructure does. */
export function tableDefinition(tableName: string): CreateTableCommandInput {
  const key = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ]
  const { partitionKey, sortKey, order, lookup } = TABLE
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [partitionKey, sortKey, order.sortKey, lookup.partitionKey, lookup.sortKey].map((name) => ({
      AttributeName: name,
      AttributeType: 'S',
    })),
    KeySchema: key(partitionKey, sortKey),
    LocalSecondaryIndexes: [
      {
        IndexName: order.name,
        KeySchema: key(partitionKey, order.sortKey),
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: lookup.name,
        KeySchema: key(lookup.partitionKey, lookup.sortKey),
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  }
}
