import { randomBytes, randomUUID } from 'node:crypto'
import { SETTLE_MS } from '@runmeta/core/maintenance/sweep'
import { DISTRIBUTED } from '@runmeta/core/table/timing'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { endpointOf, jsonOf, type RunBody, refusalOf, type TestApp, testApp } from '../support/app.ts'
import { type StoreProxy, startProxy } from '../support/proxy.ts'
import { type RawItem, scan } from '../support/raw.ts'
import { createSweeper, SWEEP_OPERATIONS, type Sweeper } from '../support/sweep.ts'
import { deletionRaces } from './deletion.race.ts'

const DUE = SETTLE_MS + 1000
const DAY = 86_400_000

describe('a deletion', () => {
  let proxy: StoreProxy
  let app: TestApp
  /** Another server, which caches the runs that it creates. */
  let maker: TestApp
  let sweeper: Sweeper
  beforeAll(async () => {
    proxy = await startProxy(endpointOf('dynoxide'), { held: 0 })
    app = await testApp({ engine: 'dynoxide' })
    maker = await testApp({ tableName: app.tableName })
    sweeper = createSweeper(app)
  })
  afterEach(() => void vi.useRealTimers())
  afterAll(() => proxy.stop())

  const throughProxy = () => testApp({ endpoint: proxy.endpoint, tableName: app.tableName })
  const log = (to: TestApp, run: string, body = '{"metadata":{"a":1}}') =>
    to.send('POST', `/v1/runs/${run}/metadata`, body)
  const remove = (to: TestApp, run: string) => to.request(`/v1/runs/${run}`, { method: 'DELETE' })

  /** A run with logs, a step and a large log. */
  async function newRun(): Promise<RunBody> {
    const body = JSON.stringify({ name: `gone-${randomUUID()}`, pipeline: 'secret-pipeline' })
    const run = await jsonOf<RunBody>(maker.send('POST', '/v1/runs', body), 201)
    for (const step of ['', ',"step":"secret-step"']) {
      await jsonOf(log(maker, run.id, `{"metadata":{"secret-key":"secret-value"}${step}}`), 201)
    }
    await jsonOf(log(maker, run.id, JSON.stringify({ metadata: { a: randomBytes(220_000).toString('base64') } })), 201)
    return run
  }

  const of = ({ id, name }: RunBody, items: readonly RawItem[]) =>
    items.filter((item) => [id, id.replaceAll('-', ''), name].some((text) => JSON.stringify(item).includes(text)))

  /** The run is not found, its name is free, its id is not, and only the tombstone remains. */
  async function expectGone(run: RunBody): Promise<void> {
    for (const reference of [run.id, run.name, run.id.slice(0, 30), run.name.slice(0, 30)]) {
      await refusalOf(app.request(`/v1/runs/${reference}`), 404, 'run_not_found')
      await refusalOf(app.request(`/v1/runs/${reference}/history?key=secret-key`), 404, 'run_not_found')
      await refusalOf(log(app, reference), 404, 'run_not_found')
    }
    await refusalOf(app.send('POST', '/v1/runs', JSON.stringify({ id: run.id })), 409, 'id_taken')
    for (const ms of [DUE, DAY, 3 * DAY]) await sweeper.sweepIn(ms)
    const pk = { S: `default/${run.id}` }
    expect(of(run, await scan(app))).toEqual([{ pk, sk: { S: 'RUN' }, deletedAt: { S: expect.stringMatching(/Z$/) } }])
    const again = await jsonOf<RunBody>(app.send('POST', '/v1/runs', JSON.stringify({ name: run.name })), 201)
    expect(again.id).not.toBe(run.id)
    expect((await jsonOf<RunBody>(app.request(`/v1/runs/${run.name}`))).id).toBe(again.id)
  }

  /** Lets this many requests pass, and cuts the connection during the next. */
  function cutAfter(requests: number, fault: 'reset' | 'reset after'): () => boolean {
    let passed = 0
    proxy.faultOn(() => {
      if (passed > requests) return 'reset'
      return passed++ === requests ? fault : undefined
    })
    return () => passed > requests
  }

  it.each(['reset', 'reset after'] as const)(
    'is completed by a sweep, or has no effect, if it is interrupted after any of its requests (%s)',
    async (fault) => {
      let wasCut = true
      let cuts = 0
      for (let requests = 0; wasCut; requests++) {
        const run = await newRun()
        const server = await throughProxy()
        const isCut = cutAfter(requests, fault)
        const { status } = await remove(server, run.name)
        wasCut = isCut()
        if (wasCut) cuts++
        proxy.faultOn(() => undefined)
        expect([204, 503]).toContain(status)
        // After a 503 the caller retries.
        if (status === 503) expect([204, 404]).toContain((await remove(app, run.id)).status)
        await expectGone(run)
      }
      expect(cuts).toBeGreaterThan(6)
    },
  )

  it('is completed even if the sweep is interrupted after any of its requests', async () => {
    const sweeping = createSweeper({ ...app, endpoint: proxy.endpoint })
    let wasCut = true
    let cuts = 0
    for (let requests = 0; wasCut; requests++) {
      const run = await newRun()
      const server = await throughProxy()
      proxy.faultOn((operation) => (operation === 'BatchWriteItem' ? 'error' : undefined))
      expect((await remove(server, run.id)).status).toBe(204)
      const isCut = cutAfter(requests, 'reset after')
      await sweeping.sweepIn(DUE).catch(() => undefined)
      wasCut = isCut()
      if (wasCut) cuts++
      proxy.faultOn(() => undefined)
      await expectGone(run)
    }
    expect(cuts).toBeGreaterThan(6)
  })

  it('also removes logs written meanwhile, even by a server that has cached the run, which refuses logs within 15 s', async () => {
    const run = await newRun()
    // The other server's cache expires only when the test advances the clock.
    const other = await testApp({ tableName: app.tableName, hasDeadlines: true })
    vi.useFakeTimers({ toFake: ['Date', 'performance'] })
    await jsonOf(log(other, run.id), 201)
    const writers = [app, other].map(async (to) => {
      const statuses: number[] = []
      for (let count = 0; count < 40; count++) statuses.push((await log(to, run.id)).status)
      return statuses
    })
    expect((await remove(app, run.id)).status).toBe(204)
    for (const statuses of await Promise.all(writers)) {
      for (const status of statuses) expect([201, 404]).toContain(status)
    }
    // The other server has cached the run. A log that it acknowledges is removed with the run.
    await jsonOf(log(other, run.id), 201)
    await refusalOf(other.request(`/v1/runs/${run.id}`), 404, 'run_not_found')
    vi.advanceTimersByTime(15_000)
    await refusalOf(log(other, run.id), 404, 'run_not_found')
    vi.useRealTimers()
    await expectGone(run)
  })

  it('is visible to every reader as soon as it is acknowledged, even during a read', async () => {
    const run = await newRun()
    const reader = await throughProxy()
    const history = `/v1/runs/${run.id}/history?key=secret-key&limit=1`
    const { next } = await jsonOf<{ next: string }>(reader.request(history))
    // Two readers have read the logs, and wait for the parts of one.
    const hold = proxy.hold(({ operation }) => operation === 'BatchGetItem')
    const reads = [`/v1/runs/${run.id}`, `/v1/runs/${run.id}/history?key=a`].map((path) => reader.request(path))
    await hold.held(2)
    expect((await remove(app, run.id)).status).toBe(204)
    for (const path of [history, `${history}&cursor=${next}`]) {
      await refusalOf(reader.request(path), 404, 'run_not_found')
    }
    hold.release()
    for (const read of reads) await refusalOf(read, 404, 'run_not_found')
    await expectGone(run)
  })

  it('of many runs is swept until the time of a sweep ends, and the rest by the next sweep', async () => {
    const server = await throughProxy()
    const runs: RunBody[] = []
    for (let count = 0; count < 12; count++) {
      runs.push(await jsonOf<RunBody>(app.send('POST', '/v1/runs', JSON.stringify({ name: randomUUID() })), 201))
    }
    proxy.faultOn((operation) => (operation === 'BatchWriteItem' || operation === 'DeleteItem' ? 'error' : undefined))
    for (const { id } of runs) expect((await remove(server, id)).status).toBe(204)
    proxy.faultOn(() => undefined)
    const swept = [await sweeper.sweepIn(DUE, 0)]
    expect(swept[0]).toEqual({ finished: 0, isThrough: false })
    proxy.clear()
    const sweeping = createSweeper({ ...app, endpoint: proxy.endpoint })
    const { finished, isThrough } = await sweeping.sweepIn(DUE)
    expect(finished).toBeGreaterThanOrEqual(12)
    expect(isThrough).toBe(true)
    for (const { operation } of proxy.exchanges) expect(SWEEP_OPERATIONS).toContain(operation)
  })

  it('also removes a log that another server sent just before its cache expired, and that the store wrote late', async () => {
    const run = await newRun()
    const other = await throughProxy()
    // Only the shifted `Date` decides how late the log is.
    vi.useFakeTimers({ toFake: ['Date', 'performance'] })
    await jsonOf(log(other, run.id), 201)
    const hold = proxy.hold(({ operation }) => operation === 'PutItem')
    const late = log(other, run.id)
    await hold.held()
    expect((await remove(app, run.id)).status).toBe(204)
    await sweeper.sweepIn(61_000)
    // Just within the time in which a log is acknowledged without another look at the run.
    proxy.shiftDate(DISTRIBUTED.promptMs - 1000)
    hold.release()
    await jsonOf(late, 201)
    vi.useRealTimers()
    proxy.shiftDate(0)
    await expectGone(run)
  })

  describe('and creations of its name', () => deletionRaces({ pairs: 15, triples: 15 }))
})
