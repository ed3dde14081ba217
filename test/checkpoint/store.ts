import { randomUUID } from 'node:crypto'
import { type AttributeValue, BatchWriteItemCommand, DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb'
import { mapLimit } from '@runmeta/core/map-limit'
import { createPositions } from '@runmeta/core/metadata/position'
import { CREDENTIALS, type TestApp } from '../support/app.ts'
import { partition } from '../support/raw.ts'

/** Writes to a table past the code under test. */

const BATCH = 25
const WRITERS = 8

/** Positions of logs as old as this, in ms, in turn. */
function* positionsOf(age: number): Generator<string> {
  const position = createPositions()
  for (let time = Date.now() - age; ; time++) yield position(time)
}

export function rawTable(place: Pick<TestApp, 'endpoint' | 'tableName'>) {
  const client = new DynamoDBClient({ ...CREDENTIALS, endpoint: place.endpoint })

  /** The items of a run, by the beginning of their sort keys. */
  const items = async (run: string, prefix: string): Promise<Record<string, AttributeValue>[]> => {
    const found = await partition(place, `default/${run}`)
    return found.filter(({ sk }) => sk?.S?.startsWith(prefix)) as Record<string, AttributeValue>[]
  }

  async function write(requests: readonly WriteRequest[]): Promise<void> {
    const batches = Array.from({ length: Math.ceil(requests.length / BATCH) }, (_, n) =>
      requests.slice(n * BATCH, (n + 1) * BATCH),
    )
    await mapLimit(batches, WRITERS, async (batch) => {
      await client.send(new BatchWriteItemCommand({ RequestItems: { [place.tableName]: batch } }))
    })
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
    /** Removes a run's checkpoints, as if they had never been made, and says how many items they were. */
    dropCheckpoints: async (run: string) => {
      const found = await items(run, 'CHK#')
      await write(
        found.map(({ pk = { S: '' }, sk = { S: '' } }) => ({
          DeleteRequest: { Key: { pk, sk } },
        })),
      )
      return found.length
    },
  }
}
