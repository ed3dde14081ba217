import { readdir } from 'node:fs/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { startEngine } from '@runmeta/local/engine'
import { describe, expect, it, vi } from 'vitest'
import { CREDENTIALS } from '../support/app.ts'
import { ended, type Started, useServers } from './server.ts'

describe('rows of search that a stop left out', () => {
  const { data, start, call, post } = useServers()

  const stop = async ({ child }: Started, signal: NodeJS.Signals) => {
    child.kill(signal)
    await ended(child)
  }

  /** Takes a run's row out of the table, as if its server had died before it was written. */
  async function lose(): Promise<void> {
    const { endpoint, stop: stopEngine } = await startEngine(data())
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({ ...CREDENTIALS, endpoint }))
    const { Items = [] } = await client.send(new ScanCommand({ TableName: 'runmeta' }))
    const rows = Items.filter(({ sk }) => String(sk).startsWith('ROW#'))
    for (const { pk, sk } of rows) await client.send(new DeleteCommand({ TableName: 'runmeta', Key: { pk, sk } }))
    expect(rows).toHaveLength(1)
    await stopEngine()
  }

  const found = async ({ url }: Started): Promise<number> => {
    const reply = await call(url, `/v1/runs?where=${encodeURIComponent('/accuracy > 0.9')}`)
    return ((await reply.json()) as { runs: unknown[] }).runs.length
  }

  async function servedOnce(): Promise<Started> {
    const server = await start()
    await post(server.url, '/v1/runs', { name: 'iris' })
    await post(server.url, '/v1/runs/iris/metadata', { metadata: { accuracy: 0.95 } })
    expect(await found(server)).toBe(1)
    return server
  }

  it('are written again after kill -9, and the start says so', async () => {
    await stop(await servedOnce(), 'SIGKILL')
    await lose()
    const again = await start()
    await vi.waitFor(() => expect(again.complaints()).toMatch(/unclean stop: 1 runs looked at, 1 rows/), 15_000)
    expect(await found(again)).toBe(1)
    await stop(again, 'SIGTERM')
    expect(await readdir(data())).not.toContain('serving')
  })

  it('are not looked for after a clean stop', async () => {
    await stop(await servedOnce(), 'SIGTERM')
    await lose()
    const again = await start()
    expect(await found(again)).toBe(0)
    expect(again.complaints()).toBe('')
  })
})
