import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { createApp } from '@runmeta/api/app'
import { createSigner } from '@runmeta/core/auth/token/signer'
import { createServer } from '@runmeta/core/server'
import { createClock } from '@runmeta/core/table/clock'
import { toWire } from '@runmeta/core/table/dynamo/direct/attributes'
import { createDynamoTable } from '@runmeta/core/table/dynamo/index'
import type { Item, Table } from '@runmeta/core/table/port'

/** Creates many runs through the API in process, with a store that writes 25 items in each request. */

const BATCH = 25
const WRITERS = 4
const ROOT_KEY = 'rmk_fill_0123456789abcdef0123456789abcdef'
const CREDENTIALS = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }

interface FillOptions {
  /** A DynamoDB API that checks no signatures. */
  readonly endpoint: string
  readonly tableName: string
}

/** The JSON of a run, and of its log. */
export interface Filling {
  readonly run: string
  readonly log: string
}

/** Creates the runs with the numbers from `from` to below `to`. Nobody else may write to the table meanwhile. */
export async function fill(
  { endpoint, tableName }: FillOptions,
  from: number,
  to: number,
  fillingOf: (n: number) => Filling,
): Promise<void> {
  const agent = new Agent({ keepAlive: true })
  const buffer: Item[] = []

  async function send(items: readonly Item[]): Promise<void> {
    const outgoing = request(endpoint, {
      agent,
      method: 'POST',
      headers: {
        'x-amz-target': 'DynamoDB_20120810.BatchWriteItem',
        'content-type': 'application/x-amz-json-1.0',
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
        'x-amz-date': '20260101T000000Z',
      },
    })
    outgoing.end(
      JSON.stringify({ RequestItems: { [tableName]: items.map((item) => ({ PutRequest: { Item: toWire(item) } })) } }),
    )
    const [reply] = await once(outgoing, 'response')
    const text = Buffer.concat(await reply.toArray()).toString()
    if (reply.statusCode !== 200 || text.includes('PutRequest')) throw new Error(text)
  }
  async function flush(): Promise<void> {
    const batches: Item[][] = []
    while (buffer.length > 0) batches.push(buffer.splice(0, BATCH))
    const writers = Array.from({ length: WRITERS }, async () => {
      for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) await send(batch)
    })
    await Promise.all(writers)
  }
  const clock = createClock()
  const collecting = (table: Table): Table => ({
    ...table,
    // Everything is new, so every condition holds.
    put: async (item, _, followers = []) => {
      buffer.push(item)
      for (const write of followers) {
        if ('put' in write) buffer.push(write.put)
        else await table.update(write.update, write.condition, write.change)
      }
      return { date: clock.now(), hasPassedCheck: false }
    },
    withSignal: (signal) => collecting(table.withSignal(signal)),
  })

  const table = collecting(createDynamoTable({ tableName, endpoint, client: CREDENTIALS, clock }))
  const app = createApp({
    server: createServer({ table, clock }),
    rootKey: ROOT_KEY,
    signer: createSigner([ROOT_KEY]),
    engine: { name: 'fill', promises: [] },
    openapi: async () => '{}',
    onError: (error) => {
      throw error
    },
  })
  async function post(path: string, body: string): Promise<string> {
    const headers = { authorization: `Bearer ${ROOT_KEY}`, 'content-type': 'application/json' }
    const reply = await app.request(path, { method: 'POST', headers, body })
    const text = await reply.text()
    if (reply.status !== 201) throw new Error(text)
    return JSON.parse(text).id
  }

  for (let n = from; n < to; n++) {
    const { run, log } = fillingOf(n)
    await post(`/v1/runs/${await post('/v1/runs', run)}/metadata`, log)
    if (buffer.length >= BATCH * WRITERS * 10) await flush()
  }
  await flush()
  agent.destroy()
}
