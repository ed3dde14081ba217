import { randomBytes } from 'node:crypto'
import { SETTLE_MS } from '@runmeta/core/maintenance/sweep'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  endpointOf,
  type FullRunBody,
  jsonOf,
  type ReceiptBody,
  type RunBody,
  refusalOf,
  type TestApp,
  testApp,
} from '../support/app.ts'
import { createGate } from '../support/interleave.ts'
import { type StoreProxy, startProxy } from '../support/proxy.ts'
import { partition } from '../support/raw.ts'
import { createSweeper, type Sweeper } from '../support/sweep.ts'
import { largeLogRaces } from './large.race.ts'

const HOUR = 3_600_000
/** After both looks at a draft. */
const LATER = 30 * HOUR

/** Text that is too large for an item and fits one part. */
const noise = () => randomBytes(220_000).toString('base64')

describe('a large log', () => {
  let proxy: StoreProxy
  let app: TestApp
  /** A server that reaches the same table through the proxy. */
  let faulty: TestApp
  let sweeper: Sweeper
  beforeAll(async () => {
    app = await testApp({ engine: 'dynoxide' })
    proxy = await startProxy(endpointOf('dynoxide'))
    faulty = await testApp({ endpoint: proxy.endpoint, tableName: app.tableName })
    sweeper = createSweeper(app)
  })
  afterAll(() => proxy.stop())

  const newRun = async () => (await jsonOf<RunBody>(app.send('POST', '/v1/runs', '{"index":false}'), 201)).id
  const send = (to: TestApp, run: string, body: string, key = 'key') =>
    to.send('POST', `/v1/runs/${run}/metadata`, body, { 'idempotency-key': key })
  const metadata = async (run: string) => (await jsonOf<FullRunBody>(app.request(`/v1/runs/${run}`))).metadata
  const entries = async (run: string, key = 'a') =>
    (await jsonOf<{ entries: unknown[] }>(app.request(`/v1/runs/${run}/history?key=${key}`))).entries

  /** The number of a run's items of each kind, without its entries in the index. */
  async function kinds(run: string): Promise<Record<string, number>> {
    const count: Record<string, number> = {}
    for (const item of await partition(app, `default/${run}`)) {
      if (item.sk?.S?.startsWith('FACT#')) continue
      const [prefix = ''] = item.sk?.S?.split('#') ?? []
      const kind = prefix === 'LOG' && item.fence !== undefined ? 'void' : prefix
      count[kind] = (count[kind] ?? 0) + 1
    }
    return count
  }

  /** Sends a log through a server that dies after this many puts. */
  async function sendAndDie(run: string, body: string, puts: number): Promise<void> {
    let left = puts
    proxy.faultOn((operation) => (operation === 'PutItem' && left-- <= 0 ? 'error' : undefined))
    await refusalOf(send(faulty, run, body), 503, 'store_unavailable')
    proxy.faultOn(() => undefined)
  }

  it('stays complete when the sweep removes its draft', async () => {
    const run = await newRun()
    const body = JSON.stringify({ metadata: { a: noise() } })
    await jsonOf(send(app, run, body), 201)
    expect(await kinds(run)).toEqual({ RUN: 1, DRAFT: 1, PART: 1, LOG: 1 })
    await sweeper.sweepIn(HOUR - 60_000)
    expect(await kinds(run)).toMatchObject({ DRAFT: 1 })
    await sweeper.sweepIn(HOUR + 1000)
    expect(await kinds(run)).toEqual({ RUN: 1, PART: 1, LOG: 1 })
    expect(JSON.stringify(await metadata(run)) === body.slice('{"metadata":'.length, -1)).toBe(true)
  })

  it.each([
    [1, { RUN: 1, DRAFT: 1 }],
    [2, { RUN: 1, DRAFT: 1, PART: 1 }],
  ])('whose writer died after %i of its writes leaves nothing visible, and is swept', async (puts, left) => {
    const run = await newRun()
    const body = JSON.stringify({ metadata: { a: noise() } })
    await sendAndDie(run, body, puts)
    expect(await kinds(run)).toEqual(left)
    expect(await metadata(run)).toEqual({})
    await sweeper.sweepIn(HOUR + 1000)
    expect(await kinds(run)).toEqual({ RUN: 1, DRAFT: 1, void: 1 })
    await sweeper.sweepIn(LATER)
    expect(await kinds(run)).toEqual({ RUN: 1, void: 1 })
    expect(await metadata(run)).toEqual({})
    await refusalOf(app.request(`/v1/runs/${run}/history?key=a`), 404, 'key_not_found')
    expect((await app.request(`/v1/runs/${run}`, { method: 'DELETE' })).status).toBe(204)
    expect(await kinds(run)).toEqual({ RUN: 1 })
  })

  describe('that was abandoned and swept', () => {
    const swept = async () => {
      const run = await newRun()
      const body = JSON.stringify({ metadata: { a: noise() } })
      await sendAndDie(run, body, 2)
      await sweeper.sweepIn(HOUR + 1000)
      return { run, body }
    }

    it('counts once if it is sent again with its key, however often', async () => {
      const { run, body } = await swept()
      const receipts = await Promise.all(
        Array.from({ length: 3 }, () => jsonOf<ReceiptBody>(send(app, run, body), 201)),
      )
      receipts.push(await jsonOf<ReceiptBody>(send(app, run, body), 201))
      for (const receipt of receipts) expect(receipt).toEqual(receipts[0])
      await sweeper.sweepIn(HOUR + 1000)
      await sweeper.sweepIn(LATER)
      expect(await kinds(run)).toEqual({ RUN: 1, PART: 1, LOG: 1 })
      expect(await entries(run)).toHaveLength(1)
      await refusalOf(send(app, run, '{"metadata":{"a":1}}'), 422, 'idempotency_key_reused')
    })

    it('frees its key for a small log, and for an unset', async () => {
      const { run } = await swept()
      const first = await jsonOf<ReceiptBody>(send(app, run, '{"metadata":{"a":1}}'), 201)
      expect(await jsonOf<ReceiptBody>(send(app, run, '{"metadata":{"a":1}}'), 201)).toEqual(first)
      expect(await metadata(run)).toEqual({ a: 1 })
      expect(await entries(run)).toHaveLength(1)

      const other = await swept()
      await jsonOf(send(app, other.run, '{"metadata":{"a":1}}', 'another key'), 201)
      const unset = () =>
        app.request(`/v1/runs/${other.run}/metadata?key=a`, {
          method: 'DELETE',
          headers: { 'idempotency-key': 'key' },
        })
      for (let time = 0; time < 2; time++) expect((await unset()).status).toBe(204)
      expect(await metadata(other.run)).toEqual({})
    })
  })

  it('of a run that was deleted meanwhile is removed completely, however late it was written', async () => {
    const run = (await jsonOf<RunBody>(app.send('POST', '/v1/runs', '{}'), 201)).id
    const gate = createGate()
    const late = await startProxy(endpointOf('dynoxide'), { held: 0 })
    const writer = await testApp({ tableName: app.tableName, endpoint: late.endpoint, over: gate.over })
    await jsonOf(send(writer, run, '{"metadata":{"b":1}}', 'warm'), 201)
    gate.shut()
    const sent = send(writer, run, JSON.stringify({ metadata: { a: noise(), b: 2 } }))
    await expect.poll(() => gate.waiting).toBe(1)
    expect((await app.request(`/v1/runs/${run}`, { method: 'DELETE' })).status).toBe(204)
    await sweeper.sweepIn(SETTLE_MS + 1000)
    const left = async () => (await partition(app, `default/${run}`)).map(({ sk }) => sk?.S)
    expect(await left()).toEqual(['RUN'])
    late.shiftDate(62_000)
    gate.open()
    await refusalOf(sent, 404, 'run_not_found')
    await sweeper.sweepIn(HOUR + 1000)
    expect(await left()).toEqual(['RUN'])
    await refusalOf(app.request(`/v1/runs/${run}`), 404, 'run_not_found')
    await late.stop()
  })

  it('leaves no rows if the run is deleted between the log and its rows', async () => {
    const run = (await jsonOf<RunBody>(app.send('POST', '/v1/runs', '{}'), 201)).id
    const late = await startProxy(endpointOf('dynoxide'), { held: 0 })
    const writer = await testApp({ tableName: app.tableName, endpoint: late.endpoint })
    await jsonOf(send(writer, run, '{"metadata":{"b":1}}', 'warm'), 201)
    const hold = late.hold(({ operation, body }) => operation === 'PutItem' && body.includes('ROW#'))
    const sent = send(writer, run, '{"metadata":{"b":{"c":2}}}')
    await hold.held()
    expect((await app.request(`/v1/runs/${run}`, { method: 'DELETE' })).status).toBe(204)
    await sweeper.sweepIn(SETTLE_MS + 1000)
    late.shiftDate(62_000)
    hold.release()
    await refusalOf(sent, 404, 'run_not_found')
    expect((await partition(app, `default/${run}`)).map(({ sk }) => sk?.S)).toEqual(['RUN'])
    await late.stop()
  })

  describe('and a sweep that considers it abandoned', () => largeLogRaces({ alone: 10, together: 10 }))
})
