import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  endpointOf,
  type FullRunBody,
  jsonOf,
  type ReceiptBody,
  type RunBody,
  type TestApp,
  testApp,
} from '../support/app.ts'
import { type StoreProxy, startProxy } from '../support/proxy.ts'

/** Tests the proxy that other tests use to inject faults. */
describe('the proxy before a store', () => {
  let proxy: StoreProxy
  let app: TestApp
  beforeEach(async () => {
    proxy = await startProxy(endpointOf('dynoxide'), { held: 0 })
    const made = await testApp({ engine: 'dynoxide' })
    app = await testApp({ endpoint: proxy.endpoint, tableName: made.tableName })
  })
  afterEach(() => proxy.stop())

  const newRun = async () =>
    (await jsonOf<RunBody>(app.send('POST', '/v1/runs', JSON.stringify({ name: randomUUID() })), 201)).id
  const log = (run: string, key: string) => app.send('POST', `/v1/runs/${run}/metadata`, `{"metadata":{"${key}":1}}`)
  const metadata = async (run: string) => (await jsonOf<FullRunBody>(app.request(`/v1/runs/${run}`))).metadata

  it('holds a request until it is released, and lets others pass', async () => {
    const run = await newRun()
    const hold = proxy.hold(({ operation, body }) => operation === 'PutItem' && body.includes('LOG#'))
    const [first, second] = [log(run, 'first'), log(run, 'second')]
    await hold.held(2)
    expect(await metadata(run)).toEqual({})
    const [one] = hold.waiting()
    hold.release(one)
    expect((await Promise.race([first, second])).status).toBe(201)
    expect(Object.keys(await metadata(run))).toHaveLength(1)
    hold.release()
    for (const reply of [await first, await second, await log(run, 'third')]) expect(reply.status).toBe(201)
    expect(await metadata(run)).toEqual({ first: 1, second: 1, third: 1 })
  })

  it('holds a reply after its request has been performed', async () => {
    const run = await newRun()
    const hold = proxy.hold(({ operation }) => operation === 'PutItem', 'reply')
    const logged = log(run, 'done')
    await hold.held()
    expect(await metadata(run)).toEqual({ done: 1 })
    hold.release()
    expect((await logged).status).toBe(201)
  })

  it('delivers a request after its client gave up', async () => {
    const run = await newRun()
    const hold = proxy.hold(({ operation }) => operation === 'PutItem')
    const logged = log(run, 'late')
    await hold.held()
    proxy.closeConnections()
    await hold.held(2)
    expect(await metadata(run)).toEqual({})
    hold.release(hold.waiting()[0])
    await expect.poll(() => metadata(run)).toEqual({ late: 1 })
    hold.release()
    expect((await logged).status).toBe(201)
  })

  it('shifts the time in the store’s replies', async () => {
    const run = await newRun()
    const week = 7 * 24 * 3_600_000
    const createdAt = async () => Date.parse((await jsonOf<ReceiptBody>(log(run, 'a'), 201)).log.createdAt) - Date.now()
    expect(Math.abs(await createdAt())).toBeLessThan(5000)
    proxy.shiftDate(week)
    await metadata(run)
    expect(Math.abs((await createdAt()) - week)).toBeLessThan(5000)
    proxy.shiftDate(0)
    await metadata(run)
    expect(Math.abs(await createdAt())).toBeLessThan(5000)
  })
})
