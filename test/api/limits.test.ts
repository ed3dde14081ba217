import { createBuckets } from '@runmeta/api/limit/bucket'
import { createCapacity } from '@runmeta/api/limit/fair'
import { createFairSemaphore } from '@runmeta/api/limit/fair-semaphore'
import { rateOf } from '@runmeta/api/limit/rated'
import document from '@runmeta/api/openapi.json' with { type: 'json' }
import { Failure } from '@runmeta/core/failure'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { jsonOf, type ProblemBody, refusalOf, testApp } from '../support/app.ts'
import { startProxy } from '../support/proxy.ts'
import { within } from '../support/within.ts'

/** The calls that require a key. */
const KEYED = Object.entries(document.paths as Record<string, Record<string, { readonly security?: unknown }>>).flatMap(
  ([path, operations]) =>
    Object.entries(operations).flatMap(([method, { security }]) =>
      security === undefined ? [[method, path] as const] : [],
    ),
)

afterEach(() => void vi.useRealTimers())

describe('the rate limit of a key', () => {
  it('refuses calls above it with the seconds to wait, and without a request to the store', async () => {
    const { endpoint, tableName } = await testApp({ engine: 'dynoxide' })
    const proxy = await startProxy(endpoint)
    const app = await testApp({ endpoint: proxy.endpoint, tableName, rate: { perSecond: 0.001, burst: 4 } })
    await jsonOf(app.send('POST', '/v1/runs', '{"name":"busy"}'), 201)
    await jsonOf(app.send('POST', '/v1/runs/busy/metadata', '{"metadata":{"a":1}}'), 201)
    await jsonOf(app.send('POST', '/v1/runs/busy/metadata', '{"metadata":{"b":1}}'), 201)
    proxy.clear()
    const reply = await app.send('POST', '/v1/runs/busy/metadata', '{"metadata":{"c":1}}')
    const seconds = Number(reply.headers.get('retry-after'))
    // A unit is refilled in 1,000 s; a part of it was refilled during the test.
    expect(seconds).toBeGreaterThan(900)
    expect(seconds).toBeLessThanOrEqual(1000)
    const { detail } = await refusalOf(reply, 429, 'rate_limited')
    expect(detail).toMatch(new RegExp(`^key: .* ${seconds} s`))
    expect(proxy.exchanges).toEqual([])
    await proxy.stop()
  })

  it('counts the bytes of a body, chunked or not', async () => {
    const app = await testApp({ rate: { perSecond: 0.001, burst: 10 } })
    await jsonOf(app.send('POST', '/v1/runs', '{"name":"big"}'), 201)
    const body = JSON.stringify({ metadata: { a: 'x'.repeat(1000 * 1024), b: 'x'.repeat(1000 * 1024) } })
    const chunks = new Blob([body]).stream()
    const headers = { 'content-type': 'application/json' }
    const sent = { method: 'POST', headers, body: chunks, duplex: 'half' } as const
    await jsonOf(app.request('/v1/runs/big/metadata', sent), 201)
    await refusalOf(app.send('POST', '/v1/runs/big/metadata', '{"metadata":{"a":1}}'), 429, 'rate_limited')
  })

  it('counts each log in a request with many logs', async () => {
    const logs = (count: number) => JSON.stringify({ logs: Array(count).fill({ run: 'many', metadata: { a: 1 } }) })
    for (const [burst, status] of [
      [50, 429],
      [500, 200],
    ] as const) {
      const app = await testApp({ rate: { perSecond: 0.001, burst } })
      await jsonOf(app.send('POST', '/v1/runs', '{"name":"many"}'), 201)
      // A request beyond the rate is accepted, and the next one is refused.
      await jsonOf(app.send('POST', '/v1/metadata', logs(100)), 200)
      expect((await app.send('POST', '/v1/metadata', logs(1))).status).toBe(status)
    }
  })

  it.each(['abc', '-1e12', 'Infinity'])('stays in force after the content-length %s', async (length) => {
    const app = await testApp({ rate: { perSecond: 0.001, burst: 4 } })
    for (let n = 0; n < 2; n++)
      expect((await app.request('/v1/runs/x', { headers: { 'content-length': length } })).status).toBe(404)
    await refusalOf(app.request('/v1/runs/x'), 429, 'rate_limited')
  })

  it('counts a HEAD like a GET', async () => {
    for (const method of ['GET', 'HEAD']) {
      const app = await testApp({ rate: { perSecond: 0.001, burst: 4 } })
      expect((await app.request('/v1/runs', { method })).status).toBe(200)
      await refusalOf(app.request('/v1/runs/x'), 429, 'rate_limited')
    }
  })

  it('does not apply to calls without a key, nor to callers with an invalid key', async () => {
    const app = await testApp({ rate: { perSecond: 0.001, burst: 1 } })
    for (let n = 0; n < 20; n++) {
      expect((await app.request('/v1/limits')).status).toBe(200)
      await refusalOf(app.request('/v1/runs/x', { headers: { authorization: 'Bearer wrong' } }), 401, 'unauthorized')
    }
    await refusalOf(app.request('/v1/runs/x'), 404, 'run_not_found')
    await refusalOf(app.request('/v1/runs/x'), 429, 'rate_limited')
  })

  it.each(KEYED)('is of %s %s', async (method, path) => {
    const app = await testApp({ rate: { perSecond: 0.001, burst: 1 } })
    await app.request('/v1/runs/x')
    const place = path.replaceAll(/\{\w+\}/g, 'x')
    const reply = await app.request(place, { method: method.toUpperCase() })
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(1)
    await refusalOf(reply, 429, 'rate_limited')
  })

  it('belongs to one key, refills each second, and saves up to ten seconds', () => {
    let now = 0
    const buckets = createBuckets(rateOf(5), () => now)
    for (let n = 0; n < 50; n++) expect(buckets.take('one', 1)).toBe(0)
    expect(buckets.take('one', 1)).toBeCloseTo(0.2)
    expect(buckets.take('other', 1)).toBe(0)
    now += 200
    expect(buckets.take('one', 1)).toBe(0)
    expect(buckets.take('one', 2)).toBeCloseTo(0.4)
    now += 3_600_000
    // A call that costs more than can be saved becomes a debt, or it could never be accepted.
    expect(buckets.take('one', 60)).toBe(0)
    expect(buckets.take('one', 1)).toBeCloseTo(2.2)
  })

  it('is tracked for 10,000 keys, even if many more keys are tried', () => {
    const buckets = createBuckets({ perSecond: 1, burst: 1 }, () => 0)
    for (let n = 0; n <= 10_000; n++) buckets.take(String(n), 1)
    expect(buckets.take('10000', 1)).toBe(1)
    expect(buckets.take('0', 1)).toBe(0)
  })
})

describe('turns', () => {
  const options = { places: 4, share: 3, waiting: 100, stallMs: 1000, busy: 'busy' }

  /** Requests in the order in which they got their place, which they keep until they are ended. */
  function load(turns: ReturnType<typeof createFairSemaphore>) {
    const served: { project: string; end: () => void }[] = []
    const failures: unknown[] = []
    const ask = (project: string, weight = 1) =>
      void turns.take(project, weight).then(
        (end) => served.push({ project, end }),
        (failure) => failures.push(failure),
      )
    const settle = () => new Promise((done) => setImmediate(done))
    return { served, failures, ask, settle }
  }

  it('leave a place for other projects, however many requests one project sends', async () => {
    const { served, ask, settle } = load(createFairSemaphore(options))
    for (let n = 0; n < 50; n++) ask('loud')
    ask('quiet')
    await settle()
    expect(served.map(({ project }) => project)).toEqual(['loud', 'loud', 'loud', 'quiet'])
  })

  it('rotate between the projects', async () => {
    const { served, ask, settle } = load(createFairSemaphore(options))
    for (let n = 0; n < 50; n++) ask('loud')
    for (let n = 0; n < 3; n++) ask('quiet')
    for (let n = 0; n < 3; n++) ask('third')
    for (let n = 0; n < 20; n++) {
      await settle()
      served[n]?.end()
    }
    const order = served.map(({ project }) => project)
    // The six requests of two quiet projects are served among the first 12, after 50 of the busy project.
    expect(order.slice(0, 12).filter((project) => project !== 'loud')).toHaveLength(6)
  })

  it('do not starve a request that needs many places', async () => {
    const { served, ask, settle } = load(createFairSemaphore(options))
    for (let n = 0; n < 4; n++) ask(`small-${n}`)
    ask('large', 3)
    for (let n = 4; n < 20; n++) ask(`small-${n}`)
    await settle()
    for (let n = 0; n < 4; n++) served[n]?.end()
    await settle()
    expect(served[4]?.project).toBe('large')
  })

  it('are refused if too many requests wait', async () => {
    const { failures, ask, settle } = load(createFairSemaphore({ ...options, waiting: 2 }))
    for (let n = 0; n < 6; n++) ask('loud')
    ask('quiet')
    await settle()
    expect(failures).toEqual([expect.objectContaining({ code: 'rate_limited' })])
    expect(failures[0]).toBeInstanceOf(Failure)
  })

  it('are refused if no request finishes for a long time', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { served, failures, ask, settle } = load(createFairSemaphore(options))
    for (let n = 0; n < 5; n++) ask('loud')
    await settle()
    vi.advanceTimersByTime(800)
    served[0]?.end()
    await settle()
    ask('loud')
    vi.advanceTimersByTime(800)
    await settle()
    expect(failures).toEqual([])
    vi.advanceTimersByTime(200)
    await settle()
    const busy = expect.objectContaining({ code: 'store_unavailable', message: 'busy' })
    expect(failures).toEqual([busy, busy])
    for (const { end } of served.slice(1)) end()
    ask('loud')
    await settle()
    expect(served).toHaveLength(5)
  })
})

describe('the concurrency of a server', () => {
  it('serves 300 concurrent requests, and refuses none', async () => {
    const app = await testApp({ capacity: createCapacity() })
    await jsonOf(app.send('POST', '/v1/runs', '{"name":"many","index":false}'), 201)
    const logs = Array.from({ length: 300 }, (_, n) =>
      app.send('POST', '/v1/runs/many/metadata', JSON.stringify({ metadata: { [`k${n}`]: n } })),
    )
    expect(new Set((await Promise.all(logs)).map(({ status }) => status))).toEqual(new Set([201]))
  })

  it('is bounded: the store gets at most 48 concurrent requests of a project', async () => {
    const { endpoint, tableName } = await testApp({ engine: 'dynoxide' })
    const proxy = await startProxy(endpoint)
    const app = await testApp({ endpoint: proxy.endpoint, tableName, capacity: createCapacity() })
    const { id } = await jsonOf<{ id: string }>(app.send('POST', '/v1/runs', '{"name":"held","index":false}'), 201)
    proxy.clear()
    const logs = Array.from({ length: 150 }, () => app.send('POST', `/v1/runs/${id}/metadata`, '{"metadata":{"a":1}}'))
    await Promise.all(logs)
    const moments = proxy.exchanges.flatMap(({ began, ended }) => [
      [began, 1],
      [ended, -1],
    ])
    let now = 0
    let most = 0
    for (const [, change = 0] of moments.sort(([one = 0], [other = 0]) => one - other)) {
      now += change
      most = Math.max(most, now)
    }
    expect(most).toBeLessThanOrEqual(48)
    expect(most).toBeGreaterThan(8)
    await proxy.stop()
  })

  it('refuses waiting requests within 15 s if the store does not respond', async () => {
    const { endpoint, tableName } = await testApp({ engine: 'dynoxide' })
    const proxy = await startProxy(endpoint)
    const app = await testApp({
      endpoint: proxy.endpoint,
      tableName,
      capacity: createCapacity(),
      hasDeadlines: true,
    })
    await jsonOf(app.send('POST', '/v1/runs', '{"name":"silent"}'), 201)
    proxy.faultOn(() => 'hang')
    const reads = Array.from({ length: 60 }, async (): Promise<ProblemBody> => {
      const reply = await app.request('/v1/runs/silent')
      expect(reply.headers.get('retry-after')).toBe('1')
      return refusalOf(reply, 503, 'store_unavailable')
    })
    const details = (await within(15_000, Promise.all(reads))).map(({ detail }) => detail)
    expect(new Set(details).size).toBe(2)
    await proxy.stop()
  })
})
