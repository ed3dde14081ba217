import {
  CreateTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import { tableDefinition } from './definition.ts'
import { describeTable, faultsOf } from './describe.ts'

/** The time limit for a new table. On AWS it takes about ten seconds. */
const TABLE_READY_TIMEOUT_SECONDS = 60
const CALL_TIMEOUT_MS = 5000

/** The state of the table. Each of `faults` is a message about something that is wrong with it. */
export type TableState = 'created' | 'exists' | 'absent' | { readonly faults: readonly string[] }

async function withClient<T>(config: DynamoDBClientConfig, use: (client: DynamoDBClient) => Promise<T>): Promise<T> {
  const client = new DynamoDBClient({
    requestHandler: {
      connectionTimeout: CALL_TIMEOUT_MS,
      requestTimeout: CALL_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
    ...config,
  })
  try {
    return await use(client)
  } finally {
    client.destroy()
  }
}

const waitUntilReady = (client: DynamoDBClient, tableName: string) =>
  waitUntilTableExists(
    { client, maxWaitTime: TABLE_READY_TIMEOUT_SECONDS, minDelay: 1, maxDelay: 1 },
    { TableName: tableName },
  )

async function inspect(client: DynamoDBClient, tableName: string): Promise<TableState> {
  const first = await describeTable(client, tableName)
  if (first?.TableStatus === 'CREATING') await waitUntilReady(client, tableName)
  const table = first?.TableStatus === 'CREATING' ? await describeTable(client, tableName) : first
  if (table === undefined) return 'absent'
  const faults = faultsOf(table)
  return faults.length === 0 ? 'exists' : { faults }
}

export const checkTable = (config: DynamoDBClientConfig, tableName: string): Promise<TableState> =>
  withClient(config, (client) => inspect(client, tableName))

/** Creates the table if it does not exist. Two servers may do so at the same time. */
export const ensureTable = (config: DynamoDBClientConfig, tableName: string): Promise<TableState> =>
  withClient(config, async (client) => {
    const state = await inspect(client, tableName)
    if (state !== 'absent') return state
    try {
      await client.send(new CreateTableCommand(tableDefinition(tableName)))
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceInUseException') return inspect(client, tableName)
      throw error
    }
    await waitUntilReady(client, tableName)
    return 'created'
  })
