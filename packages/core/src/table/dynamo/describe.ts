import {
  DescribeTableCommand,
  type DynamoDBClient,
  type GlobalSecondaryIndexDescription,
  type KeySchemaElement,
  type TableDescription,
} from '@aws-sdk/client-dynamodb'
import { tableDefinition } from './definition.ts'

type Index = Pick<GlobalSecondaryIndexDescription, 'IndexName' | 'KeySchema' | 'Projection' | 'IndexStatus'>

export async function describeTable(client: DynamoDBClient, tableName: string): Promise<TableDescription | undefined> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }))
    return Table
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined
    throw error
  }
}

/** The hash key and the range key with their types, for messages. */
function keysOf(
  schema: KeySchemaElement[] | undefined,
  { AttributeDefinitions = [] }: Pick<TableDescription, 'AttributeDefinitions'>,
): string {
  const typeOf = (name: string | undefined) =>
    AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType ?? 'of no type'
  const of = (type: string) => (schema ?? []).find(({ KeyType }) => KeyType === type)?.AttributeName
  return [of('HASH'), of('RANGE')].map((name) => (name === undefined ? 'none' : `${name} (${typeOf(name)})`)).join(', ')
}

/** Compares a table with `tableDefinition`. @returns a message for each difference; further indexes and settings are allowed */
export function faultsOf(table: TableDescription): string[] {
  const wanted = tableDefinition(table.TableName ?? '')
  const faults: string[] = []
  const expectSame = (what: string, is: string, should: string) => {
    if (is !== should) faults.push(`${what}: ${is}, not ${should}`)
  }
  const expectIndex = (kind: string, is: readonly Index[] | undefined, { IndexName, KeySchema, Projection }: Index) => {
    const found = is?.find((index) => index.IndexName === IndexName)
    if (found === undefined) return void faults.push(`there is no ${kind} index ${IndexName}`)
    expectSame(
      `the keys of the ${kind} index ${IndexName} are`,
      keysOf(found.KeySchema, table),
      keysOf(KeySchema, wanted),
    )
    const projected = found.Projection?.ProjectionType ?? 'nothing'
    expectSame(`the ${kind} index ${IndexName} projects`, projected, Projection?.ProjectionType ?? 'nothing')
    // A local index has no state of its own.
    expectSame(`the ${kind} index ${IndexName} is`, found.IndexStatus ?? 'ACTIVE', 'ACTIVE')
  }
  expectSame('the keys of the table are', keysOf(table.KeySchema, table), keysOf(wanted.KeySchema, wanted))
  for (const index of wanted.LocalSecondaryIndexes ?? []) expectIndex('local', table.LocalSecondaryIndexes, index)
  for (const index of wanted.GlobalSecondaryIndexes ?? []) expectIndex('global', table.GlobalSecondaryIndexes, index)
  return faults
}
