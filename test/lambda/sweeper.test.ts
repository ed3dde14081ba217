import { randomBytes } from 'node:crypto'
import { createClock } from '@runmeta/core/table/clock'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { endpointOf, jsonOf, type RunBody, refusalOf, type TestApp, testApp } from '../support/app.ts'
import { type StoreProxy, startProxy } from '../support/proxy.ts'
import { partition } from '../support/raw.ts'
import { SWEEP_OPERATIONS } from '../support/sweep.ts'

type Handler = typeof import('@runmeta/functions/sweeper')['handler']

const HOURS = 2 * 3_600_000

describe('the function that sweeps', () => {
  let proxy: StoreProxy
  let app: TestApp
  let handler: Handler
  beforeAll(async () => {
    proxy = await startProxy(endpointOf('dynoxide'), { held: 0 })
    const { tableName } = await testApp({ engine: 'dynoxide' })
    const clock = createClock()
    // The interrupted work is two hours old.
    app = await testApp({
      endpoint: proxy.endpoint,
      tableName,
      clock: { ...clock, now: () => clock.now() - HOURS },
    })
    vi.stubEnv('RUNMETA_TABLE', tableName)
    vi.stubEnv('AWS_REGION', 'eu-west-1')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', proxy.endpoint)
    vi.resetModules()
    handler = (await import('@runmeta/functions/sweeper')).handler
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await proxy.stop()
  })

  const call = (ms: number) => handler({}, { getRemainingTimeInMillis: () => ms })
  const newRun = async () => (await jsonOf<RunBody>(app.send('POST', '/v1/runs', '{"index":false}'), 201)).id
  const kinds = async (run: string) =>
    (await partition(app, `default/${run}`)).map(({ sk }) => sk?.S?.split('#')[0]).sort()

  it('finishes interrupted work within its time, with exactly the requests that its role allows', async () => {
    const [deleted, givenUp] = [await newRun(), await newRun()]
    await jsonOf(app.send('POST', `/v1/runs/${deleted}/metadata`, '{"metadata":{"a":1}}'), 201)
    proxy.faultOn((operation) => (['BatchWriteItem', 'DeleteItem'].includes(operation) ? 'error' : undefined))
    expect((await app.request(`/v1/runs/${deleted}`, { method: 'DELETE' })).status).toBe(204)
    let puts = 0
    proxy.faultOn((operation) => (operation === 'PutItem' && ++puts > 2 ? 'error' : undefined))
    const body = JSON.stringify({ metadata: { a: randomBytes(220_000).toString('base64') } })
    await refusalOf(app.send('POST', `/v1/runs/${givenUp}/metadata`, body), 503, 'store_unavailable')
    proxy.faultOn(() => undefined)

    // The last 30 s are for requests in flight.
    expect(await call(30_000)).toEqual({ finished: 0, isThrough: false })
    expect(await kinds(givenUp)).toEqual(['DRAFT', 'FACT', 'FACT', 'PART', 'RUN'])
    proxy.clear()
    expect(await call(300_000)).toEqual({ finished: 1, isThrough: true })
    expect(await kinds(deleted)).toEqual(['RUN'])
    expect(await kinds(givenUp)).toEqual(['DRAFT', 'FACT', 'FACT', 'LOG', 'RUN'])
    expect([...new Set(proxy.exchanges.map(({ operation }) => operation))].sort()).toEqual([...SWEEP_OPERATIONS])
  })

  it('names a missing setting', async () => {
    vi.stubEnv('RUNMETA_TABLE', '')
    vi.resetModules()
    await expect(import('@runmeta/functions/sweeper')).rejects.toThrow('RUNMETA_TABLE')
  })
})
