import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Change, Condition, Item, Key, Written } from '../port.ts'
import { dateOf } from './client.ts'
import { type Connection, itemOf, keyOf, optionsOf, unlessRefused } from './connection.ts'
import { changeOf, conditionOf, placeholders } from './expression.ts'

/** Writes of one item, each by its condition. */

export async function putItem(connection: Connection, item: Item, condition: Condition): Promise<Written | undefined> {
  const { client, tableName } = connection
  const terms = placeholders()
  const command = new PutCommand({
    TableName: tableName,
    Item: item,
    ...conditionOf(terms, condition),
    ...terms.expression(),
  })
  const output = await unlessRefused(client.send(command, optionsOf(connection)))
  return output === undefined ? undefined : { date: dateOf(output), isWitnessed: false }
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
  const result = await unlessRefused(client.send(command, optionsOf(connection)))
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
  return (await unlessRefused(client.send(command, optionsOf(connection)))) !== undefined
}
