import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endpointOf, jsonOf, type RunBody, type TestApp, testApp } from './support/app.ts'
import { type StoreProxy, startProxy } from './support/proxy.ts'

/** What many logs, renames and expiries cost the store, counted as in cost.test.ts; docs/table.md states these figures. */
describe('the requests of', () => {
  let proxy: StoreProxy
  let app: TestApp
  beforeAll(async () => {
    proxy = await startProxy(endpointOf('dynoxide'))
    const made = await testApp({ engine: 'dynoxide' })
    app = await testApp({ endpoint: proxy.endpoint, tableName: made.tableName })
    await jsonOf(app.request('/v1/health'))
  })
  afterAll(() => proxy.stop())

  const create = (body: object) => jsonOf<RunBody>(app.send('POST', '/v1/runs', JSON.stringify(body)), 201)
  async function requestsOf(call: () => Promise<Response>, status: number): Promise<string[]> {
    proxy.clear()
    await jsonOf(call(), status)
    return proxy.exchanges.map(({ operation }) => operation).sort()
  }
  const metadata = { m: { a: 1, b: 2, c: 3 } }

  it('100 small logs are those of 100 single ones, and each run is looked up once', async () => {
    const runs = [await create({ name: randomUUID() }), await create({ index: false })]
    const logs = Array.from({ length: 100 }, (_, n) => ({ run: runs[n % 2]?.id, metadata }))
    const single = runs.map(
      ({ id }) =>
        async () =>
          requestsOf(() => app.send('POST', `/v1/runs/${id}/metadata`, JSON.stringify({ metadata })), 201),
    )
    const alone: string[] = []
    for (const one of single) alone.push(...(await one()))
    const many = await requestsOf(() => app.send('POST', '/v1/metadata', JSON.stringify({ logs })), 200)
    expect(many).toEqual(
      Array.from({ length: 50 }, () => alone)
        .flat()
        .sort(),
    )
    const byName = logs.map((log) => ({ ...log, run: runs[0]?.name }))
    const named = await requestsOf(() => app.send('POST', '/v1/metadata', JSON.stringify({ logs: byName })), 200)
    // The claim, and the run where the server forgot it meanwhile.
    expect(named.filter((operation) => operation === 'GetItem').length).toBeLessThanOrEqual(2)
  })

  it('a rename by id are 6', async () => {
    const { id } = await create({ name: randomUUID() })
    const requests = await requestsOf(
      () => app.send('PATCH', `/v1/runs/${id}`, JSON.stringify({ name: randomUUID() })),
      200,
    )
    expect(requests).toEqual(['DeleteItem', 'GetItem', 'PutItem', 'UpdateItem', 'UpdateItem', 'UpdateItem'])
  })

  it('a run that expires are one more than those of another, to make it and to change when it does', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    const plain = await requestsOf(() => app.send('POST', '/v1/runs', '{}'), 201)
    expect(await requestsOf(() => app.send('POST', '/v1/runs', JSON.stringify({ expiresAt })), 201)).toEqual([
      ...plain,
      'PutItem',
    ])
    const { id } = await create({})
    const change = (body: object) => requestsOf(() => app.send('PATCH', `/v1/runs/${id}`, JSON.stringify(body)), 200)
    expect(await change({ expiresAt })).toEqual(['GetItem', 'PutItem', 'UpdateItem'])
    expect(await change({ expiresAt: null })).toEqual(['GetItem', 'UpdateItem'])
  })

  it('a run as it was are 2, by position and by time', async () => {
    const { id } = await create({})
    const { log } = await jsonOf<{ log: { position: string; createdAt: string } }>(
      app.send('POST', `/v1/runs/${id}/metadata`, JSON.stringify({ metadata })),
      201,
    )
    for (const at of [log.position, log.createdAt]) {
      const requests = await requestsOf(() => app.request(`/v1/runs/${id}?at=${at}`), 200)
      expect(requests).toEqual(['GetItem', 'Query'])
    }
  })

  it('a list by several statuses or pipelines are one Query for each, side by side', async () => {
    for (const pipeline of ['a', 'b']) await create({ pipeline, status: 'completed' })
    const list = (query: string) => requestsOf(() => app.request(`/v1/runs?${query}`), 200)
    expect(await list('pipeline=a&pipeline=b')).toEqual(['BatchGetItem', 'Query', 'Query'])
    expect(proxy.rounds()).toBe(2)
    expect(await list('status=completed&status=failed')).toEqual(['BatchGetItem', 'Query', 'Query'])
    expect(proxy.rounds()).toBe(2)
  })

  it('a list by a part of a name or of a string are those of the list that is checked', async () => {
    const { id } = await create({ name: `part-${randomUUID()}` })
    await jsonOf(
      app.send('POST', `/v1/runs/${id}/metadata`, JSON.stringify({ metadata: { text: 'a long text' } })),
      201,
    )
    const list = (query: string) => requestsOf(() => app.request(`/v1/runs?${query}`), 200)
    expect(await list('nameContains=PART')).toEqual(['BatchGetItem', 'Query'])
    expect(await list(`where=${encodeURIComponent('/text contains "long"')}`)).toEqual(['BatchGetItem', 'Query'])
  })
})
