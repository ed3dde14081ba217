import { setMaxListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { Failure } from '../../failure.ts'
import { RECORD } from '../keys.ts'
import type { Hint, HintPage, Item, Key, Page, Store, Where } from '../port.ts'
import { dateOf } from './client.ts'
import { TABLE } from './definition.ts'

const BATCH = 100
const WRITE_BATCH = 25
const BATCH_ROUNDS = 8
const OVERLOADED = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ResourceNotFoundException',
  'ThrottlingException',
])

/** The table port over the DynamoDB API, and the only code that speaks it. */
export function createStore(client: DynamoDBDocumentClient, tableName: string): Store {
  return storeUntil(client, tableName, undefined)
}

/** The key alone: whoever has an item has more than that. */
const keyOf = ({ pk, sk }: Key) => ({ pk, sk })

const hintOf = (record: Record<string, unknown>): Hint => ({
  pk: String(record[TABLE.partitionKey]),
  sk: String(record[TABLE.sortKey]),
  place: String(record[TABLE.lookup.sortKey]),
})

const itemOf = (record: Record<string, unknown>): Item => record as Item

/** Names and values of an expression: always placeholders, so that no text of a caller's becomes part of one. */
function placeholders() {
  const names: Record<string, string> = {}
  const values: Record<string, unknown> = {}
  const name = (attribute: string) => {
    names[`#${attribute}`] = attribute
    return `#${attribute}`
  }
  const value = (label: string, content: unknown) => {
    values[`:${label}`] = content
    return `:${label}`
  }
  const equal = (where: Where) =>
    Object.entries(where).map(([attribute, content]) =>
      content === undefined
        ? `attribute_not_exists(${name(attribute)})`
        : `${name(attribute)} = ${value(`was_${attribute}`, content)}`,
    )
  const expression = () => ({
    ExpressionAttributeNames: names,
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
  })
  return { name, value, equal, expression }
}

/** `undefined` where the condition did not hold; the store's other failures as the caller may see them. */
async function ifHeld<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return undefined
    throw error
  }
}

function storeFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error.name === 'ConditionalCheckFailedException') return error
  // What the store itself refuses says whose fault it is. All else is a store that did not answer, or not to the end: a
  // connection that broke in the middle of a reply has the status of that reply, a 200.
  const { $fault } = error as { $fault?: 'client' | 'server' }
  if ($fault === 'client' && !OVERLOADED.has(error.name)) return error
  return new Failure('store_unavailable', 'the store did not answer in time or is overloaded; try again', {
    cause: error,
  })
}

function storeUntil(client: DynamoDBDocumentClient, TableName: string, signal: AbortSignal | undefined): Store {
  const options = signal === undefined ? {} : { abortSignal: signal }
  const guarded = <T>(call: Promise<T>): Promise<T> =>
    call.catch((error: unknown) => {
      throw storeFailure(error)
    })

  /** Sends what is left of a batch until nothing is; what a round leaves over was throttled, and would be again at once. */
  async function inRounds<T>(asked: readonly T[], send: (rest: readonly T[]) => Promise<readonly T[]>): Promise<void> {
    let rest = asked
    for (let round = 0; rest.length > 0; round++) {
      if (round === BATCH_ROUNDS) throw new Failure('store_unavailable', 'the store is overloaded; try again')
      // The wait ends with the request's time, as a call does.
      if (round > 0)
        await guarded(pause(Math.random() * 50 * 2 ** round, undefined, signal === undefined ? {} : { signal }))
      rest = await send(rest)
    }
  }

  async function readBatch(keys: readonly Key[]): Promise<Item[]> {
    const items: Item[] = []
    await inRounds<Record<string, unknown>>(keys.map(keyOf), async (rest) => {
      const RequestItems = { [TableName]: { Keys: [...rest], ConsistentRead: true } }
      const { Responses, UnprocessedKeys } = await guarded(client.send(new BatchGetCommand({ RequestItems }), options))
      items.push(...(Responses?.[TableName] ?? []).map(itemOf))
      return UnprocessedKeys?.[TableName]?.Keys ?? []
    })
    return items
  }

  const removeBatch = (keys: readonly Key[]): Promise<void> =>
    inRounds(
      keys.map((key) => ({ DeleteRequest: { Key: keyOf(key) } })),
      async (rest) => {
        const command = new BatchWriteCommand({ RequestItems: { [TableName]: [...rest] } })
        const { UnprocessedItems } = await guarded(client.send(command, options))
        return (UnprocessedItems?.[TableName] ?? []).flatMap(({ DeleteRequest }) =>
          DeleteRequest?.Key === undefined ? [] : [{ DeleteRequest: { Key: keyOf(itemOf(DeleteRequest.Key)) } }],
        )
      },
    )

  /** A query's pages, to its last; `first` limits the first one. */
  async function* queried(query: QueryCommandInput, first?: number): AsyncGenerator<Page> {
    let from: Record<string, unknown> | undefined
    do {
      const limit = from === undefined && first !== undefined ? { Limit: first } : {}
      const start = from === undefined ? {} : { ExclusiveStartKey: from }
      const command = new QueryCommand({ ...query, ...limit, ...start })
      const { Items = [], LastEvaluatedKey } = await guarded(client.send(command, options))
      yield { items: Items.map(itemOf), isLast: LastEvaluatedKey === undefined }
      from = LastEvaluatedKey
    } while (from !== undefined)
  }

  async function hintPage(query: QueryCommand): Promise<HintPage> {
    const { Items = [], LastEvaluatedKey } = await guarded(client.send(query, options))
    return {
      hints: Items.map(hintOf),
      ...(LastEvaluatedKey === undefined ? {} : { next: hintOf(LastEvaluatedKey) }),
    }
  }

  return {
    async get(key) {
      const command = new GetCommand({ TableName, Key: keyOf(key), ConsistentRead: true })
      const { Item } = await guarded(client.send(command, options))
      return Item === undefined ? undefined : itemOf(Item)
    },

    async getMany(keys) {
      const batches: Promise<Item[]>[] = []
      for (let from = 0; from < keys.length; from += BATCH) batches.push(readBatch(keys.slice(from, from + BATCH)))
      return (await Promise.all(batches)).flat()
    },

    async putIfAbsent(item) {
      const { name, expression } = placeholders()
      const command = new PutCommand({
        TableName,
        Item: item,
        ConditionExpression: `attribute_not_exists(${name(TABLE.partitionKey)})`,
        ...expression(),
      })
      const output = await guarded(ifHeld(client.send(command, options)))
      return output === undefined ? undefined : { date: dateOf(output) }
    },

    async putUnlessOlder(item) {
      const { name, value, expression } = placeholders()
      const command = new PutCommand({
        TableName,
        Item: item,
        ConditionExpression: `attribute_not_exists(${name('at')}) OR ${name('at')} <= ${value('at', item.at)}`,
        ...expression(),
      })
      return (await guarded(ifHeld(client.send(command, options)))) !== undefined
    },

    async raise(key, where, attribute, content) {
      const { name, value, equal, expression } = placeholders()
      const [raised, to] = [name(attribute), value('to', content)]
      const isLower = `(attribute_not_exists(${raised}) OR ${raised} < ${to})`
      const command = new UpdateCommand({
        TableName,
        Key: keyOf(key),
        UpdateExpression: `SET ${raised} = ${to}`,
        ConditionExpression: [...equal(where), isLower].join(' AND '),
        ...expression(),
      })
      await guarded(ifHeld(client.send(command, options)))
    },

    async update(key, where, { set = {}, setIfAbsent = {}, remove = [] }) {
      const { name, value, equal, expression } = placeholders()
      const conditions = [`attribute_exists(${name(TABLE.partitionKey)})`, ...equal(where)]
      const sets = Object.entries(set).map(
        ([attribute, content]) => `${name(attribute)} = ${value(attribute, content)}`,
      )
      for (const [attribute, content] of Object.entries(setIfAbsent)) {
        sets.push(`${name(attribute)} = if_not_exists(${name(attribute)}, ${value(attribute, content)})`)
      }
      const clauses: string[] = []
      if (sets.length > 0) clauses.push(`SET ${sets.join(', ')}`)
      if (remove.length > 0) clauses.push(`REMOVE ${remove.map(name).join(', ')}`)
      const command = new UpdateCommand({
        TableName,
        Key: keyOf(key),
        UpdateExpression: clauses.join(' '),
        ConditionExpression: conditions.join(' AND '),
        ReturnValues: 'ALL_NEW',
        ...expression(),
      })
      const result = await guarded(ifHeld(client.send(command, options)))
      return result?.Attributes === undefined ? undefined : itemOf(result.Attributes)
    },

    async remove(key, where) {
      const { name, equal, expression } = placeholders()
      const conditions = [`attribute_exists(${name(TABLE.partitionKey)})`, ...equal(where)]
      const command = new DeleteCommand({
        TableName,
        Key: keyOf(key),
        ConditionExpression: conditions.join(' AND '),
        ...expression(),
      })
      return (await guarded(ifHeld(client.send(command, options)))) !== undefined
    },

    async removeOlder(key, at) {
      const { name, value, expression } = placeholders()
      const command = new DeleteCommand({
        TableName,
        Key: keyOf(key),
        ConditionExpression: `${name('at')} < ${value('at', at)}`,
        ...expression(),
      })
      await guarded(ifHeld(client.send(command, options)))
    },

    async removeMany(keys) {
      for (let from = 0; from < keys.length; from += WRITE_BATCH)
        await removeBatch(keys.slice(from, from + WRITE_BATCH))
    },

    async *keys(pk, prefix) {
      const { name, value, expression } = placeholders()
      const { partitionKey, sortKey } = TABLE
      const conditions = [`${name(partitionKey)} = ${value('pk', pk)}`]
      if (prefix !== undefined) conditions.push(`begins_with(${name(sortKey)}, ${value('prefix', prefix)})`)
      const query = {
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: conditions.join(' AND '),
        ProjectionExpression: `${name(partitionKey)}, ${name(sortKey)}`,
        ...expression(),
      }
      for await (const { items } of queried(query)) yield items
    },

    pages(pk, { upTo, above, first } = {}) {
      const { name, value, expression } = placeholders()
      const conditions = [`${name(TABLE.partitionKey)} = ${value('pk', pk)}`]
      const position = TABLE.order.sortKey
      if (upTo !== undefined && above !== undefined) {
        conditions.push(`${name(position)} BETWEEN ${value('above', above)} AND ${value('up_to', upTo)}`)
      } else if (upTo !== undefined) conditions.push(`${name(position)} <= ${value('up_to', upTo)}`)
      else if (above !== undefined) conditions.push(`${name(position)} > ${value('above', above)}`)
      const query = {
        TableName,
        IndexName: TABLE.order.name,
        ConsistentRead: true,
        ScanIndexForward: false,
        KeyConditionExpression: conditions.join(' AND '),
        ...expression(),
      }
      return queried(query, first)
    },

    async lookup(group, prefix, { limit, after }): Promise<HintPage> {
      const { name, value, expression } = placeholders()
      const { lookup } = TABLE
      const conditions = [`${name(lookup.partitionKey)} = ${value('group', group)}`]
      // No key is empty, and so no condition on one may be.
      if (prefix !== '') conditions.push(`begins_with(${name(lookup.sortKey)}, ${value('prefix', prefix)})`)
      const command = new QueryCommand({
        TableName,
        IndexName: lookup.name,
        KeyConditionExpression: conditions.join(' AND '),
        Limit: limit,
        ...(after === undefined
          ? {}
          : {
              ExclusiveStartKey: {
                pk: after.pk,
                sk: after.sk,
                [lookup.partitionKey]: group,
                [lookup.sortKey]: after.place,
              },
            }),
        ...expression(),
      })
      return hintPage(command)
    },

    async between(group, { low, high, isDescending, limit }) {
      const { name, value, expression } = placeholders()
      const { lookup } = TABLE
      const isWithin = `${name(lookup.sortKey)} BETWEEN ${value('low', low)} AND ${value('high', high)}`
      const command = new QueryCommand({
        TableName,
        IndexName: lookup.name,
        KeyConditionExpression: `${name(lookup.partitionKey)} = ${value('group', group)} AND ${isWithin}`,
        ScanIndexForward: !isDescending,
        Limit: limit,
        ...expression(),
      })
      return hintPage(command)
    },

    async *scan({ since, from }: { since?: string; from?: Key } = {}) {
      const { name, value, expression } = placeholders()
      const { partitionKey, sortKey, order } = TABLE
      const projection = `${name(partitionKey)}, ${name(sortKey)}`
      const isRecord = `${name(sortKey)} = ${value('record', RECORD)}`
      // A record's position is the greatest there is; when it was changed stands in another attribute.
      const filter =
        since === undefined
          ? isRecord
          : `${name(order.sortKey)} >= ${value('since', since)} AND (NOT ${isRecord} OR ${name('at')} >= :since)`
      let next = from
      do {
        const command = new ScanCommand({
          TableName,
          ConsistentRead: true,
          ProjectionExpression: projection,
          FilterExpression: filter,
          ...(next === undefined ? {} : { ExclusiveStartKey: keyOf(next) }),
          ...expression(),
        })
        const { Items = [], LastEvaluatedKey } = await guarded(client.send(command, options))
        next = LastEvaluatedKey === undefined ? undefined : keyOf(itemOf(LastEvaluatedKey))
        yield { keys: Items.map((item) => keyOf(itemOf(item))), ...(next === undefined ? {} : { next }) }
      } while (next !== undefined)
    },

    until: (end) => {
      // Each call, and each of its waits, listens for the end; a large log makes more of them than Node takes for a leak.
      setMaxListeners(0, end)
      return storeUntil(client, TableName, end)
    },
  }
}
