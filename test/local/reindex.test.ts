import { randomUUID } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { startEngine } from '@runmeta/local/engine'
import { describe, expect, it } from 'vitest'
import { CREDENTIALS, jsonOf, type RunBody } from '../support/app.ts'
import { scan } from '../support/raw.ts'
import { ended, runScript, useServers } from './server.ts'

describe('npm run reindex', () => {
  const { start, fail, call, post, data } = useServers()

  const reindex = () => runScript('reindex', { RUNMETA_DATA: data() })

  /** Takes all that search is by out of the table of a server that has ended. */
  async function loseRows(): Promise<number> {
    const { endpoint, stop } = await startEngine(data(), {})
    const tableName = 'runmeta'
    const lost = (await scan({ endpoint, tableName })).filter(({ sk }) => /^(ROW|LEAF|FACT)#/.test(sk?.S ?? ''))
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({ ...CREDENTIALS, endpoint }))
    const requests = lost.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk: pk?.S, sk: sk?.S } } }))
    await client.send(new BatchWriteCommand({ RequestItems: { [tableName]: requests } }))
    await stop()
    return lost.length
  }

  it('makes anew all that search needs, over the data of a server that is stopped', async () => {
    const key = `k${randomUUID().slice(0, 8)}`
    let { child, url } = await start()
    const run = await jsonOf<RunBody>(post(url, '/v1/runs', { status: 'failed' }), 201)
    await jsonOf(post(url, `/v1/runs/${run.id}/metadata`, { metadata: { [key]: { a: 1, b: 2 } } }), 201)
    child.kill('SIGTERM')
    await ended(child)
    const lost = await loseRows()
    expect(lost).toBe(4)

    expect((await reindex()).stdout).toBe(`1 runs looked at, ${lost} rows mended\n`)
    expect((await reindex()).stdout).toBe('1 runs looked at, 0 rows mended\n')
    ;({ child, url } = await start())
    for (const query of [`where=/${key}/a = 1`, `where=/${key}/b = 2`, 'status=failed', 'order=createdAt']) {
      const { runs } = await jsonOf<{ runs: RunBody[] }>(call(url, `/v1/runs?${encodeURI(query)}`))
      expect(runs.map(({ id }) => id)).toEqual([run.id])
    }
  })

  it('says that the data belongs to a server that runs', async () => {
    await start()
    const refused = (await reindex().catch((error: unknown) => error)) as { code: number; stderr: string }
    expect(refused.code).toBe(1)
    expect(refused.stderr).toBe(`${(await fail()).message}\n`)
  })
})
