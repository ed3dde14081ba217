import { RUN_SK } from '../keys.ts'
import type { EntryPage, EntryRange, IndexEntry, ItemPage, Key, PositionRange, ScanPage } from '../port.ts'
import { type Connection, call, itemOf, keyOf } from './connection.ts'
import { TABLE } from './definition.ts'
import { type Placeholders, placeholders } from './expression.ts'
import type { Operations } from './operations.ts'

type QueryInput = Operations['Query']['input']

async function* queryAll(connection: Connection, query: QueryInput, first?: number): AsyncGenerator<ItemPage> {
  let from: Record<string, unknown> | undefined
  do {
    const limit = from === undefined && first !== undefined ? { Limit: first } : {}
    const start = from === undefined ? {} : { ExclusiveStartKey: from }
    const { Items = [], LastEvaluatedKey } = await call(connection, 'Query', { ...query, ...limit, ...start })
    yield { items: Items.map(itemOf), isLast: LastEvaluatedKey === undefined }
    from = LastEvaluatedKey
  } while (from !== undefined)
}

export async function* queryKeys(connection: Connection, pk: string, prefix?: string): AsyncGenerator<readonly Key[]> {
  const terms = placeholders()
  const { partitionKey, sortKey } = TABLE
  const partition = `${terms.name(partitionKey)} = ${terms.value('pk', pk)}`
  const query = {
    TableName: connection.tableName,
    ConsistentRead: true,
    KeyConditionExpression: [partition, ...rangeCondition(terms, sortKey, { prefix })].join(' AND '),
    ProjectionExpression: `${terms.name(partitionKey)}, ${terms.name(sortKey)}`,
    ...terms.expression(),
  }
  for await (const { items } of queryAll(connection, query)) yield items
}

export function queryPages(
  connection: Connection,
  pk: string,
  { upTo, above, first, isAscending = false }: PositionRange = {},
): AsyncGenerator<ItemPage> {
  const terms = placeholders()
  const partition = `${terms.name(TABLE.partitionKey)} = ${terms.value('pk', pk)}`
  const range = rangeCondition(terms, TABLE.order.sortKey, { low: above, high: upTo })
  const query = {
    TableName: connection.tableName,
    IndexName: TABLE.order.name,
    ConsistentRead: true,
    ScanIndexForward: isAscending,
    KeyConditionExpression: [partition, ...range].join(' AND '),
    ...terms.expression(),
  }
  return queryAll(connection, query, first)
}

const entryOf = (record: Record<string, unknown>): IndexEntry => ({
  pk: String(record[TABLE.partitionKey]),
  sk: String(record[TABLE.sortKey]),
  indexSk: String(record[TABLE.lookup.sortKey]),
})

/** The condition for a range of a sort key, if there is one: a query takes one condition for it. Bounds are included. */
function rangeCondition(
  { name, value }: Placeholders,
  sortKey: string,
  { prefix = '', low, high }: Partial<Record<'prefix' | 'low' | 'high', string | undefined>>,
): string[] {
  // DynamoDB refuses a condition with an empty key value.
  if (prefix !== '') return [`begins_with(${name(sortKey)}, ${value('prefix', prefix)})`]
  if (low !== undefined && high !== undefined) {
    return [`${name(sortKey)} BETWEEN ${value('low', low)} AND ${value('high', high)}`]
  }
  if (low !== undefined) return [`${name(sortKey)} >= ${value('low', low)}`]
  return high === undefined ? [] : [`${name(sortKey)} <= ${value('high', high)}`]
}

export async function queryEntries(connection: Connection, indexPk: string, range: EntryRange): Promise<EntryPage> {
  const { lookup } = TABLE
  const { isDescending = false, limit, after } = range
  const terms = placeholders()
  const partition = `${terms.name(lookup.partitionKey)} = ${terms.value('index_pk', indexPk)}`
  const start = after && { ...keyOf(after), [lookup.partitionKey]: indexPk, [lookup.sortKey]: after.indexSk }
  const { Items = [], LastEvaluatedKey } = await call(connection, 'Query', {
    TableName: connection.tableName,
    IndexName: lookup.name,
    KeyConditionExpression: [partition, ...rangeCondition(terms, lookup.sortKey, range)].join(' AND '),
    ScanIndexForward: !isDescending,
    Limit: limit,
    ...(start && { ExclusiveStartKey: start }),
    ...terms.expression(),
  })
  return { entries: Items.map(entryOf), ...(LastEvaluatedKey && { next: entryOf(LastEvaluatedKey) }) }
}

export async function* scanKeys(
  connection: Connection,
  { since, from }: { since?: string; from?: Key } = {},
): AsyncGenerator<ScanPage> {
  const { name, value, expression } = placeholders()
  const { partitionKey, sortKey, order } = TABLE
  const projection = `${name(partitionKey)}, ${name(sortKey)}`
  const isRecord = `${name(sortKey)} = ${value('record', RUN_SK)}`
  // A record's `pos` is a constant, so compare its `version`: the position of its last change.
  const filter =
    since === undefined
      ? isRecord
      : `${name(order.sortKey)} >= ${value('since', since)} AND (NOT ${isRecord} OR ${name('version')} >= :since)`
  let next = from
  do {
    const { Items = [], LastEvaluatedKey } = await call(connection, 'Scan', {
      TableName: connection.tableName,
      ConsistentRead: true,
      ProjectionExpression: projection,
      FilterExpression: filter,
      ...(next === undefined ? {} : { ExclusiveStartKey: keyOf(next) }),
      ...expression(),
    })
    next = LastEvaluatedKey === undefined ? undefined : keyOf(itemOf(LastEvaluatedKey))
    yield { keys: Items.map((item) => keyOf(itemOf(item))), ...(next === undefined ? {} : { next }) }
  } while (next !== undefined)
}
