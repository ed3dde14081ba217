import { setMaxListeners } from 'node:events'
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import type { Clock } from '../clock/clock.ts'
import { Failure } from '../failure.ts'
import type { Attributes, Hint, HintPage, Item, Key, Store } from './store.ts'
import { TABLE } from './table.ts'

export type { DynamoDBClientConfig }

export interface DynamoOptions {
  readonly tableName: string
  /** Follows the store's time by the `Date` of its replies. */
  readonly clock: Clock
  /** Where the DynamoDB API is, if not at AWS. */
  readonly endpoint?: string
  /** The client's own settings: region, credentials. */
  readonly client?: DynamoDBClientConfig
}

/** Milliseconds. Three attempts and their pauses fit the 15 s within which a caller hears of a store that is gone. */
const CONNECT_TIMEOUT = 1000
const ATTEMPT_TIMEOUT = 3500
const ATTEMPTS = 3

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

/** The client of the AWS SDK, made once and kept: its connections are what a warm request saves. */
export function createClient({
  clock,
  endpoint,
  client = {},
}: Omit<DynamoOptions, 'tableName'>): DynamoDBDocumentClient {
  const base = new DynamoDBClient({
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT,
      requestTimeout: ATTEMPT_TIMEOUT,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: 128 },
      httpsAgent: { keepAlive: true, maxSockets: 128 },
    },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...client,
  })
  base.middlewareStack.add(
    (next) => async (args) => {
      const sent = clock.local()
      const result = await next(args)
      const { headers } = result.response as { headers?: Record<string, string> }
      clock.observe({ date: Date.parse(headers?.date ?? ''), sent, received: clock.local() })
      return result
    },
    { step: 'deserialize', priority: 'low', name: 'storeClock' },
  )
  return DynamoDBDocumentClient.from(base)
}

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
  const equal = (where: Attributes) =>
    Object.entries(where).map(([attribute, content]) => `${name(attribute)} = ${value(`was_${attribute}`, content)}`)
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
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
  const status = $metadata?.httpStatusCode
  const gone = status === undefined || status >= 500 || OVERLOADED.has(error.name)
  if (!gone) return error
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
      if (round > 0) await new Promise((done) => setTimeout(done, Math.random() * 50 * 2 ** round))
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

  /** A query's pages, to its last. */
  async function* queried(query: QueryCommandInput): AsyncGenerator<Item[]> {
    let from: Record<string, unknown> | undefined
    do {
      const command = new QueryCommand({ ...query, ...(from === undefined ? {} : { ExclusiveStartKey: from }) })
      const { Items = [], LastEvaluatedKey } = await guarded(client.send(command, options))
      yield Items.map(itemOf)
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
      return (await guarded(ifHeld(client.send(command, options)))) !== undefined
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

    async *keys(pk) {
      const { name, value, expression } = placeholders()
      const { partitionKey, sortKey } = TABLE
      yield* queried({
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: `${name(partitionKey)} = ${value('pk', pk)}`,
        ProjectionExpression: `${name(partitionKey)}, ${name(sortKey)}`,
        ...expression(),
      })
    },

    pages(pk, { before } = {}) {
      const { name, value, expression } = placeholders()
      const conditions = [`${name(TABLE.partitionKey)} = ${value('pk', pk)}`]
      if (before !== undefined) conditions.push(`${name(TABLE.order.sortKey)} < ${value('before', before)}`)
      return queried({
        TableName,
        IndexName: TABLE.order.name,
        ConsistentRead: true,
        ScanIndexForward: false,
        KeyConditionExpression: conditions.join(' AND '),
        ...expression(),
      })
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

    async range(group, { low, high, isDescending, limit }) {
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

    until: (end) => {
      // A log of many scalars has a call for each, all of them ended by this one signal.
      setMaxListeners(0, end)
      return storeUntil(client, TableName, end)
    },
  }
}
