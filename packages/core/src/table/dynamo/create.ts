import {
  CreateTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import { tableDefinition } from './definition.ts'
import { describeTable, faultsOf } from './describe.ts'

/** Seconds that a new table may take; on AWS it takes about ten. */
const TABLE_READY_TIMEOUT_SECONDS = 60
/** Milliseconds that one call may take before the store counts as silent. */
const CALL_TIMEOUT_MS = 5000

/** What a look at the table found; with `faults`, what is wrong with it, a sentence each. */
export type TableState = 'made' | 'there' | 'absent' | { readonly faults: readonly string[] }

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

const ready = (client: DynamoDBClient, tableName: string) =>
  waitUntilTableExists(
    { client, maxWaitTime: TABLE_READY_TIMEOUT_SECONDS, minDelay: 1, maxDelay: 1 },
    { TableName: tableName },
  )

async function look(client: DynamoDBClient, tableName: string): Promise<TableState> {
  const first = await describeTable(client, tableName)
  if (first?.TableStatus === 'CREATING') await ready(client, tableName)
  const table = first?.TableStatus === 'CREATING' ? await describeTable(client, tableName) : first
  if (table === undefined) return 'absent'
  const faults = faultsOf(table)
  return faults.length === 0 ? 'there' : { faults }
}

/** Says whether the table is there and of the right shape; changes nothing. */
export const checkTable = (config: DynamoDBClientConfig, tableName: string): Promise<TableState> =>
  withClient(config, (client) => look(client, tableName))

/** Creates the table if it does not exist. Two servers may start at once. */
export const ensureTable = (config: DynamoDBClientConfig, tableName: string): Promise<TableState> =>
  withClient(config, async (client) => {
    const state = await look(client, tableName)
    if (state !== 'absent') return state
    try {
      await client.send(new CreateTableCommand(tableDefinition(tableName)))
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceInUseException') return look(client, tableName)
      throw error
    }
    await ready(client, tableName)
    return 'made'
  })
