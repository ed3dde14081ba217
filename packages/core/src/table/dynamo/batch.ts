import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '../../failure.ts'
import type { Item, Key } from '../port.ts'
import { type Connection, call, itemOf, keyOf, withStoreErrors } from './connection.ts'

const MAX_READ_BATCH = 100
const MAX_WRITE_BATCH = 25
const MAX_ROUNDS = 8

/** Sends a batch until all of it is processed. The store returns what it throttled, so wait before each further round. */
async function inRounds<T>(
  { signal }: Connection,
  asked: readonly T[],
  send: (rest: readonly T[]) => Promise<readonly T[]>,
): Promise<void> {
  let rest = asked
  for (let round = 0; rest.length > 0; round++) {
    if (round === MAX_ROUNDS) throw new Failure('store_unavailable', 'the store is overloaded; retry')
    if (round > 0)
      await withStoreErrors(pause(Math.random() * 50 * 2 ** round, undefined, signal === undefined ? {} : { signal }))
    rest = await send(rest)
  }
}

async function readBatch(connection: Connection, keys: readonly Key[]): Promise<Item[]> {
  const { tableName } = connection
  const items: Item[] = []
  await inRounds<Record<string, unknown>>(connection, keys.map(keyOf), async (rest) => {
    const { Responses, UnprocessedKeys } = await call(connection, 'BatchGetItem', {
      RequestItems: { [tableName]: { Keys: [...rest], ConsistentRead: true } },
    })
    items.push(...(Responses?.[tableName] ?? []).map(itemOf))
    return UnprocessedKeys?.[tableName]?.Keys ?? []
  })
  return items
}

const removeBatch = (connection: Connection, keys: readonly Key[]): Promise<void> =>
  inRounds(
    connection,
    keys.map((key) => ({ DeleteRequest: { Key: keyOf(key) } })),
    async (rest) => {
      const { tableName } = connection
      const { UnprocessedItems } = await call(connection, 'BatchWriteItem', {
        RequestItems: { [tableName]: [...rest] },
      })
      return (UnprocessedItems?.[tableName] ?? []).flatMap(({ DeleteRequest }) =>
        DeleteRequest?.Key === undefined ? [] : [{ DeleteRequest: { Key: keyOf(itemOf(DeleteRequest.Key)) } }],
      )
    },
  )

export async function readItems(connection: Connection, keys: readonly Key[]): Promise<Item[]> {
  const batches: Promise<Item[]>[] = []
  for (let from = 0; from < keys.length; from += MAX_READ_BATCH) {
    batches.push(readBatch(connection, keys.slice(from, from + MAX_READ_BATCH)))
  }
  return (await Promise.all(batches)).flat()
}

export async function removeItems(connection: Connection, keys: readonly Key[]): Promise<void> {
  for (let from = 0; from < keys.length; from += MAX_WRITE_BATCH) {
    await removeBatch(connection, keys.slice(from, from + MAX_WRITE_BATCH))
  }
}
