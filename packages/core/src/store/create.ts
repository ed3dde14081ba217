import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import { tableDefinition } from './table.ts'

/** Seconds that a new table may take; on AWS it takes about ten. */
const PATIENCE = 60

const named = (error: unknown, name: string): boolean => error instanceof Error && error.name === name

/** Makes the table where there is none. Two servers that start at once both find it made. */
export async function ensureTable(config: DynamoDBClientConfig, tableName: string): Promise<void> {
  const client = new DynamoDBClient(config)
  try {
    await client.send(new DescribeTableCommand({ TableName: tableName }))
  } catch (error) {
    if (!named(error, 'ResourceNotFoundException')) throw error
    await client.send(new CreateTableCommand(tableDefinition(tableName))).catch((cause: unknown) => {
      if (!named(cause, 'ResourceInUseException')) throw cause
    })
    await waitUntilTableExists({ client, maxWaitTime: PATIENCE, minDelay: 1, maxDelay: 1 }, { TableName: tableName })
  } finally {
    client.destroy()
  }
}
