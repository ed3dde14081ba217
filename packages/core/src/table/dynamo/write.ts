import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Change, Condition, Item, Key, PutResult } from '../port.ts'
import { dateOf } from './client.ts'
import { type Connection, itemOf, keyOf, optionsOf, unlessConditionFailed } from './connection.ts'
import { changeOf, conditionOf, placeholders } from './expression.ts'

/** Conditional writes of one item. */

export async function putItem(
  connection: Connection,
  item: Item,
  condition: Condition,
): Promise<PutResult | undefined> {
  const { client, tableName } = connection
  const terms = placeholders()
  const command = new PutCommand({
    TableName: tableName,
    Item: item,
    ...conditionOf(terms, condition),
    ...terms.expression(),
  })
  const output = await unlessConditionFailed(client.send(command, optionsOf(connection)))
  return output === undefined ? undefined : { date: dateOf(output), hasPassedCheck: false }
}

export async function updateItem(
  connection: Connection,
  key: Key,
  condition: Condition,
  change: Change,
): Promise<Item | undefined> {
  const { client, tableName } = connection
  const terms = placeholders()
  const command = new UpdateCommand({
    TableName: tableName,
    Key: keyOf(key),
    ...changeOf(terms, change),
    ...conditionOf(terms, condition),
    ReturnValues: 'ALL_NEW',
    ...terms.expression(),
  })
  const result = await unlessConditionFailed(client.send(command, optionsOf(connection)))
  return result?.Attributes === undefined ? undefined : itemOf(result.Attributes)
}

export async function removeItem(connection: Connection, key: Key, condition: Condition): Promise<boolean> {
  const { client, tableName } = connection
  const terms = placeholders()
  const command = new DeleteCommand({
    TableName: tableName,
    Key: keyOf(key),
    ...conditionOf(terms, condition),
    ...terms.expression(),
  })
  return (await unlessConditionFailed(client.send(command, optionsOf(connection)))) !== undefined
}
