import type { Change, Condition, Item, Key, PutResult } from '../port.ts'
import { type Connection, itemOf, keyOf, unlessConditionFailed } from './connection.ts'
import { changeOf, conditionOf, placeholders } from './expression.ts'

/** Conditional writes of one item. */

export async function putItem(
  connection: Connection,
  item: Item,
  condition: Condition,
): Promise<PutResult | undefined> {
  const { send, tableName, signal } = connection
  const terms = placeholders()
  const input = {
    TableName: tableName,
    Item: item,
    ...conditionOf(terms, condition),
    ...terms.expression(),
  }
  const reply = await unlessConditionFailed(send('PutItem', input, signal))
  return reply === undefined ? undefined : { date: reply.date, hasPassedCheck: false }
}

export async function updateItem(
  connection: Connection,
  key: Key,
  condition: Condition,
  change: Change,
): Promise<Item | undefined> {
  const { send, tableName, signal } = connection
  const terms = placeholders()
  const input = {
    TableName: tableName,
    Key: keyOf(key),
    ...changeOf(terms, change),
    ...conditionOf(terms, condition),
    ReturnValues: 'ALL_NEW' as const,
    ...terms.expression(),
  }
  const reply = await unlessConditionFailed(send('UpdateItem', input, signal))
  return reply?.output.Attributes === undefined ? undefined : itemOf(reply.output.Attributes)
}

export async function removeItem(connection: Connection, key: Key, condition: Condition): Promise<boolean> {
  const { send, tableName, signal } = connection
  const terms = placeholders()
  const input = {
    TableName: tableName,
    Key: keyOf(key),
    ...conditionOf(terms, condition),
    ...terms.expression(),
  }
  return (await unlessConditionFailed(send('DeleteItem', input, signal))) !== undefined
}
