import { randomUUID } from 'node:crypto'
import { BatchWriteItemCommand, DynamoDBClient, paginateQuery, type WriteRequest } from '@aws-sdk/client-dynamodb'
import { createPositions } from '@runmeta/core/log/position'
import { CREDENTIALS, type TestApp } from '../support/app.ts'

/** Looks into a table, and writes to it, past the code under test. */

type Attributes = NonNullable<NonNullable<WriteRequest['PutRequest']>['Item']>

const BATCH = 25

/** Positions of logs as old as this, in ms, in turn. */
function* positionsOf(age: number): Generator<string> {
  const position = createPositions()
  for (let time = Date.now() - age; ; time++) yield position(time)
}

export function rawTable({ endpoint, tableName }: Pick<TestApp, 'endpoint' | 'tableName'>) {
  const client = new DynamoDBClient({ ...CREDENTIALS, endpoint })
  /** The items of a run, by the beginning of their sort keys. */
  async function items(run: string, prefix: string): Promise<Attributes[]> {
    const found: Attributes[] = []
    const query = {
      TableName: tableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': { S: `default/${run}` }, ':sk': { S: prefix } },
    }
    for await (const { Items = [] } of paginateQuery({ client }, query)) found.push(...Items)
    return found
  }
  async function write(requests: readonly WriteRequest[]): Promise<void> {
    for (let from = 0; from < requests.length; from += BATCH) {
      const RequestItems = { [tableName]: requests.slice(from, from + BATCH) }
      await client.send(new BatchWriteItemCommand({ RequestItems }))
    }
  }
  return {
    items,
    /** Gives a run copies of the one log that it has, logged so many ms ago, in turn. */
    copyLog: async (run: string, count: number, age: number) => {
      const [log] = await items(run, 'LOG#')
      const positions = positionsOf(age)
      const copies = Array.from({ length: count }, () => ({
        ...log,
        sk: { S: `LOG#${randomUUID()}` },
        pos: { S: positions.next().value },
      }))
      await write(copies.map((Item) => ({ PutRequest: { Item } })))
    },
    /** Removes a run's checkpoints, as if they had never been made. */
    dropCheckpoints: async (run: string) => {
      const found = await items(run, 'CHK#')
      const keyOf = ({ pk, sk }: Attributes) => ({ ...(pk ? { pk } : {}), ...(sk ? { sk } : {}) })
      await write(found.map((item) => ({ DeleteRequest: { Key: keyOf(item) } })))
      return found.length
    },
  }
}
