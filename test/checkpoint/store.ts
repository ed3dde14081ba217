import { randomUUID } from 'node:crypto'
import { type AttributeValue, BatchWriteItemCommand, DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb'
import { mapLimit } from '@runmeta/core/map-limit'
import { createPositions } from '@runmeta/core/metadata/position'
import { CREDENTIALS, type TestApp } from '../support/app.ts'
import { partition } from '../support/raw.ts'

/** Reads and writes a table without the code under test. */

const BATCH = 25
const WRITERS = 8

/** Increasing positions, the first this many milliseconds ago. */
function* positionsOf(age: number): Generator<string> {
  const position = createPositions()
  for (let time = Date.now() - age; ; time++) yield position(time)
}

export function rawTable(place: Pick<TestApp, 'endpoint' | 'tableName'>) {
  const client = new DynamoDBClient({ ...CREDENTIALS, endpoint: place.endpoint })

  /** The items of a run by prefix of the sort key. */
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
    /** Gives a run copies of its one log, the first from this many milliseconds ago. */
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
    /** Removes a run's checkpoints. @returns the number of their items */
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
