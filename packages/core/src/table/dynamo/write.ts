import type { Change, Condition, Item, Key, PutResult } from '../port.ts'
import { type Connection, callConditional, itemOf, keyOf } from './connection.ts'
import { writeExpressions } from './expression.ts'

export async function putItem(
  connection: Connection,
  item: Item,
  condition: Condition,
): Promise<PutResult | undefined> {
  const input = { TableName: connection.tableName, Item: item, ...writeExpressions(condition) }
  const reply = await callConditional(connection, 'PutItem', input)
  return reply && { date: reply.date, hasPassedCheck: false }
}

export async function updateItem(
  connection: Connection,
  key: Key,
  condition: Condition,
  change: Change,
): Promise<Item | undefined> {
  const input = {
    TableName: connection.tableName,
    Key: keyOf(key),
    ...writeExpressions(condition, change),
    ReturnValues: 'ALL_NEW' as const,
  }
  const reply = await callConditional(connection, 'UpdateItem', input)
  return reply?.output.Attributes && itemOf(reply.output.Attributes)
}

export async function removeItem(connection: Connection, key: Key, condition: Condition): Promise<boolean> {
  const input = { TableName: connection.tableName, Key: keyOf(key), ...writeExpressions(condition) }
  return (await callConditional(connection, 'DeleteItem', input)) !== undefined
}
