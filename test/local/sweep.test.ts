import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SETTLE_MS } from '@runmeta/core/maintenance/sweep'
import { createClock } from '@runmeta/core/table/clock'
import { type ServeOptions, type Serving, serve } from '@runmeta/local/serve'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CREDENTIALS, endpointOf, jsonOf, ROOT_KEY, type RunBody, type TestApp, testApp } from '../support/app.ts'
import { type StoreProxy, startProxy } from '../support/proxy.ts'
import { partition } from '../support/raw.ts'

/** A new table, and a server that sweeps it at the given interval. */
describe('the sweep of a server on one machine', () => {
  let directory = ''
  let proxy: StoreProxy
  let app: TestApp
  let serving: Serving | undefined
  const said: string[] = []
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'runmeta-sweep-'))
    proxy = await startProxy(endpointOf('dynoxide'), { held: 0 })
    const made = await testApp({ engine: 'dynoxide' })
    // Its deletions are old enough to be finished.
    const clock = createClock()
    const earlier = { ...clock, now: () => clock.now() - 2 * SETTLE_MS }
    app = await testApp({ endpoint: proxy.endpoint, tableName: made.tableName, clock: earlier })
  })
  beforeEach(() => void said.splice(0))
  afterEach(async () => {
    proxy.faultOn(() => undefined)
    await serving?.stop()
    serving = undefined
  })
  afterAll(async () => {
    await proxy.stop()
    await rm(directory, { recursive: true })
  })

  async function start(options: Partial<ServeOptions> = {}): Promise<Serving> {
    serving = await serve({
      directory,
      host: '127.0.0.1',
      port: 0,
      rootKey: ROOT_KEY,
      tableName: app.tableName,
      store: { endpoint: app.endpoint, client: CREDENTIALS },
      log: (line) => void said.push(line),
      ...options,
    })
    return serving
  }

  /** A deleted run whose logs are still there. */
  async function halfDeleted(): Promise<string> {
    const { id } = await jsonOf<RunBody>(app.send('POST', '/v1/runs', JSON.stringify({ name: randomUUID() })), 201)
    await jsonOf(app.send('POST', `/v1/runs/${id}/metadata`, '{"metadata":{"a":1}}'), 201)
    proxy.faultOn((operation) => (operation === 'BatchWriteItem' ? 'error' : undefined))
    expect((await app.request(`/v1/runs/${id}`, { method: 'DELETE' })).status).toBe(204)
    proxy.faultOn(() => undefined)
    return id
  }

  const stored = async (id: string) =>
    (await partition(app, `default/${id}`)).map((item) => Object.keys(item).sort().join())
  const TOMBSTONE = ['deletedAt,pk,sk']

  it('finishes at its start the work of an earlier server', async () => {
    const id = await halfDeleted()
    expect((await stored(id)).length).toBeGreaterThan(1)
    await start({ sweepIntervalMs: 1_000_000 })
    await expect.poll(() => stored(id), { timeout: 60_000 }).toEqual(TOMBSTONE)
  })

  it('runs repeatedly', async () => {
    await start({ sweepIntervalMs: 5 })
    for (let time = 0; time < 3; time++) {
      const id = await halfDeleted()
      await expect.poll(() => stored(id), { timeout: 60_000 }).toEqual(TOMBSTONE)
    }
    expect(said).toEqual([])
  })

  it('reports a failure, and tries again', async () => {
    const id = await halfDeleted()
    let failures = 0
    proxy.faultOn((operation) => (operation === 'BatchWriteItem' && failures++ < 9 ? 'error' : undefined))
    await start({ sweepIntervalMs: 5, store: { endpoint: proxy.endpoint, client: CREDENTIALS } })
    await expect.poll(() => stored(id), { timeout: 60_000 }).toEqual(TOMBSTONE)
    expect(said).toContainEqual(expect.stringMatching(/^the sweep failed: /))
  })

  it('stops with the server, without a message', async () => {
    await halfDeleted()
    const hold = proxy.hold(({ operation }) => operation === 'BatchWriteItem')
    await start({ sweepIntervalMs: 5, store: { endpoint: proxy.endpoint, client: CREDENTIALS } })
    await hold.held()
    await serving?.stop()
    serving = undefined
    hold.release()
    expect(said).toEqual([])
  })
})
