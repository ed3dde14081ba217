import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb'

/** The table's key attributes and indexes: one table, one local index, one global index. */
export const TABLE = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** The local index: a run's record and logs by position. Read strongly consistent. */
  order: { name: 'order', sortKey: 'pos' },
  /** The global index: names, ids and searchable values. It projects keys only, because the item is always read. */
  lookup: { name: 'lookup', partitionKey: 'indexPk', sortKey: 'indexSk' },
} as const

/** The table's definition for `table:create` and the tests. On AWS, infra/ creates the table. */
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
