import { RUN_SK } from '../keys.ts'
import type { EntryPage, EntryRange, IndexEntry, ItemPage, Key, PositionRange, ScanPage } from '../port.ts'
import { type Connection, call, itemOf, keyOf } from './connection.ts'
import { TABLE } from './definition.ts'
import { type Placeholders, placeholders } from './expression.ts'
import type { Operations } from './operations.ts'

type QueryInput = Operations['Query']['input']

/** Yields all pages of a query. `first` limits the items on the first page. */
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
  const { name, value, expression } = placeholders()
  const { partitionKey, sortKey } = TABLE
  const conditions = [`${name(partitionKey)} = ${value('pk', pk)}`]
  if (prefix !== undefined) conditions.push(`begins_with(${name(sortKey)}, ${value('prefix', prefix)})`)
  const query = {
    TableName: connection.tableName,
    ConsistentRead: true,
    KeyConditionExpression: conditions.join(' AND '),
    ProjectionExpression: `${name(partitionKey)}, ${name(sortKey)}`,
    ...expression(),
  }
  for await (const { items } of queryAll(connection, query)) yield items
}

export function queryPages(
  connection: Connection,
  pk: string,
  { upTo, above, first, isAscending = false }: PositionRange = {},
): AsyncGenerator<ItemPage> {
  const { name, value, expression } = placeholders()
  const conditions = [`${name(TABLE.partitionKey)} = ${value('pk', pk)}`]
  const position = TABLE.order.sortKey
  if (upTo !== undefined && above !== undefined) {
    conditions.push(`${name(position)} BETWEEN ${value('above', above)} AND ${value('up_to', upTo)}`)
  } else if (upTo !== undefined) conditions.push(`${name(position)} <= ${value('up_to', upTo)}`)
  else if (above !== undefined) conditions.push(`${name(position)} > ${value('above', above)}`)
  const query = {
    TableName: connection.tableName,
    IndexName: TABLE.order.name,
    ConsistentRead: true,
    ScanIndexForward: isAscending,
    KeyConditionExpression: conditions.join(' AND '),
    ...expression(),
  }
  return queryAll(connection, query, first)
}

const entryOf = (record: Record<string, unknown>): IndexEntry => ({
  pk: String(record[TABLE.partitionKey]),
  sk: String(record[TABLE.sortKey]),
  indexSk: String(record[TABLE.lookup.sortKey]),
})

function rangeConditions({ name, value }: Placeholders, { prefix = '', low, high }: EntryRange): string[] {
  const sortKey = () => name(TABLE.lookup.sortKey)
  // DynamoDB refuses a condition with an empty key value.
  if (prefix !== '') return [`begins_with(${sortKey()}, ${value('prefix', prefix)})`]
  if (low !== undefined && high !== undefined) {
    return [`${sortKey()} BETWEEN ${value('low', low)} AND ${value('high', high)}`]
  }
  if (low !== undefined) return [`${sortKey()} >= ${value('low', low)}`]
  return high === undefined ? [] : [`${sortKey()} <= ${value('high', high)}`]
}

export async function queryEntries(connection: Connection, indexPk: string, range: EntryRange): Promise<EntryPage> {
  const { lookup } = TABLE
  const { isDescending = false, limit, after } = range
  const terms = placeholders()
  const partitionCondition = `${terms.name(lookup.partitionKey)} = ${terms.value('index_pk', indexPk)}`
  const start = after && { ...keyOf(after), [lookup.partitionKey]: indexPk, [lookup.sortKey]: after.indexSk }
  const { Items = [], LastEvaluatedKey } = await call(connection, 'Query', {
    TableName: connection.tableName,
    IndexName: lookup.name,
    KeyConditionExpression: [partitionCondition, ...rangeConditions(terms, range)].join(' AND '),
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
