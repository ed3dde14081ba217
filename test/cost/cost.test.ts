import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { endpointOf, jsonOf, type RunBody, type TestApp, testApp } from '../support/app.ts'
import { by, newKey, newToken, revokeKey } from '../support/keys.ts'
import { type StoreProxy, startProxy } from '../support/proxy.ts'
import { counted, FIGURES } from './figures.ts'

/**
 * The cost of each call, counted by a proxy before the engine: requests, and the rounds in which they follow each
 * other. docs/table.md has these figures.
 */
describe('a call', () => {
  let proxy: StoreProxy
  let app: TestApp
  beforeAll(async () => {
    proxy = await startProxy(endpointOf('dynoxide'))
    const made = await testApp({ engine: 'dynoxide' })
    app = await testApp({ endpoint: proxy.endpoint, tableName: made.tableName })
    // A server without the store's time requests it before its first creation.
    await jsonOf(app.request('/v1/health'))
  })
  afterAll(() => proxy.stop())
  beforeEach(() => proxy.clear())

  const create = (body: unknown) => app.send('POST', '/v1/runs', JSON.stringify(body))
  const newRun = async (name = `cost-${randomUUID()}`) => jsonOf<RunBody>(create({ name }), 201)
  const unindexedRun = async () => jsonOf<RunBody>(create({ index: false }), 201)
  /** An app that has cached nothing, like a cold function. */
  const cold = () => testApp({ endpoint: proxy.endpoint, tableName: app.tableName })
  const log = (to: TestApp, run: string, [a, b, c] = [1, 2, 3]) =>
    to.send('POST', `/v1/runs/${run}/metadata`, JSON.stringify({ metadata: { m: { a, b, c } } }))

  interface Cost {
    readonly requests: string[]
    readonly rounds: number
    /** The sum of WCU and RCU; the engine does not meter a refused write. */
    readonly units: number
    readonly status: number
  }

  async function cost(call: () => Promise<Response>): Promise<Cost> {
    proxy.clear()
    const { status } = await call()
    const requests = proxy.exchanges.map(({ operation }) => operation).sort()
    return { requests, rounds: proxy.rounds(), units: proxy.units(), status }
  }

  it('creates a run with 4 requests in 2 rounds, with 3 rounds if it is given an id, and 1 more request for a pipeline', async () => {
    for (const body of [{ name: `cost-${randomUUID()}` }, {}]) {
      expect(await cost(() => create(body))).toEqual({ ...counted(FIGURES.create), status: 201 })
    }
    const asked = Array(4).fill('PutItem')
    expect(await cost(() => create({ id: randomUUID() }))).toEqual({
      requests: asked,
      rounds: 3,
      units: 9,
      status: 201,
    })
    expect(await cost(() => create({ pipeline: 'p' }))).toEqual({ ...counted(FIGURES.createPipeline), status: 201 })
  })

  it('finds a run by its name, instead of creating it, with 3 requests in 3 rounds', async () => {
    const { name } = await newRun()
    const expected = { requests: ['BatchGetItem', 'GetItem', 'PutItem'], rounds: 3, units: 5, status: 200 }
    expect(await cost(() => create({ name }))).toEqual(expected)
  })

  it('logs by id, warm, to a run that is not indexed, with 1 request', async () => {
    const { id } = await unindexedRun()
    expect(await cost(() => log(app, id))).toEqual({ ...counted(FIGURES.logUnindexed), status: 201 })
  })

  it('logs by id, warm, with an idempotency key, to a run that is not indexed, with 1 request', async () => {
    const { id } = await unindexedRun()
    const send = () =>
      app.send('POST', `/v1/runs/${id}/metadata`, '{"metadata":{"m":{"a":1,"b":2,"c":3}}}', { 'idempotency-key': 'k' })
    expect(await cost(send)).toEqual({ requests: ['PutItem'], rounds: 1, units: 2, status: 201 })
  })

  it('logs with 1 more request for each indexed scalar, all in a second round', async () => {
    const { id } = await newRun()
    expect(await cost(() => log(app, id))).toEqual({ ...counted(FIGURES.logNew), status: 201 })
    // An unchanged value needs no write of the index.
    expect(await cost(() => log(app, id))).toEqual({ ...counted(FIGURES.logSame), status: 201 })
    expect(await cost(() => log(app, id, [4, 5, 6]))).toEqual({ ...counted(FIGURES.logChanged), status: 201 })
  })

  it('logs by id, cold, with 1 more request and round', async () => {
    const { id } = await unindexedRun()
    const server = await cold()
    const requests = ['GetItem', 'PutItem']
    expect(await cost(() => log(server, id))).toEqual({ requests, rounds: 2, units: 3, status: 201 })
  })

  it('reads a run by id with 1 request', async () => {
    const { id } = await newRun()
    for (let n = 0; n < 64; n++) await log(app, id)
    expect(await cost(() => app.request(`/v1/runs/${id}`))).toEqual({ ...counted(FIGURES.get), status: 200 })
  })

  it('reads a run by name or prefix with at most 4 requests in 2 rounds', async () => {
    const { id, name } = await newRun()
    const hexName = id.slice(0, 8)
    await newRun(`${hexName}-named-like-an-id`)
    for (const reference of [name, name.slice(0, 30), id.slice(0, 30), `${hexName}-named-like-an-id`]) {
      const { requests, rounds, status } = await cost(() => app.request(`/v1/runs/${reference}`))
      expect(status).toBe(200)
      expect(requests.length, `${reference}: ${requests}`).toBeLessThanOrEqual(4)
      expect(rounds).toBe(2)
    }
  })

  it('logs by name or prefix, cold, with at most 5 requests in 3 rounds, without those of the index', async () => {
    const { id, name } = await unindexedRun()
    for (const reference of [name, name.slice(0, 30), id.slice(0, 30)]) {
      const server = await cold()
      const { requests, rounds, status } = await cost(() => log(server, reference))
      expect(status).toBe(201)
      expect(requests.length, `${reference}: ${requests}`).toBeLessThanOrEqual(5)
      expect(rounds).toBe(3)
    }
  })

  it('takes one more round for a name that is a UUID', async () => {
    const { name } = await newRun(randomUUID())
    const { rounds, status } = await cost(() => app.request(`/v1/runs/${name}`))
    expect({ rounds, status }).toEqual({ rounds: 3, status: 200 })
  })

  it('repeats a log with 2 requests in 2 rounds, and writes its rows again', async () => {
    const { id } = await newRun()
    const send = () =>
      app.send('POST', `/v1/runs/${id}/metadata`, '{"metadata":{"a":1}}', { 'idempotency-key': 'again' })
    await send()
    const requests = ['BatchGetItem', 'PutItem', 'PutItem']
    expect(await cost(send)).toEqual({ requests, rounds: 3, units: 3, status: 201 })
  })

  it('changes a run with 2 requests in 2 rounds, and 1 more if its place in a list changes', async () => {
    const { id } = await newRun()
    const change = (body: object) => app.send('PATCH', `/v1/runs/${id}`, JSON.stringify(body))
    expect(await cost(() => change({ endedAt: '2026-01-01T00:00:00Z' }))).toEqual({
      requests: ['GetItem', 'UpdateItem'],
      rounds: 2,
      units: 3,
      status: 200,
    })
    const requests = ['GetItem', 'PutItem', 'UpdateItem']
    expect(await cost(() => change({ status: 'completed' }))).toEqual({ requests, rounds: 3, units: 6, status: 200 })
  })

  it('writes a large log with 3 requests in turn, all parts at once, and looks for it first if it has an idempotency key', async () => {
    const { id } = await unindexedRun()
    // In two parts.
    const body = JSON.stringify({ metadata: { a: randomBytes(500_000).toString('base64') } })
    const send = (headers?: Record<string, string>) => app.send('POST', `/v1/runs/${id}/metadata`, body, headers)
    const puts = ['PutItem', 'PutItem', 'PutItem', 'PutItem']
    const { units, ...plain } = await cost(() => send())
    expect(plain).toEqual({ requests: puts, rounds: 3, status: 201 })
    // 1 WCU for each KB of its parts, and 4 for the draft and the log.
    expect(Math.abs(units - 500)).toBeLessThan(20)
    const key = { 'idempotency-key': 'large' }
    const { units: _, ...looked } = await cost(() => send(key))
    expect(looked).toEqual({ requests: ['GetItem', ...puts], rounds: 4, status: 201 })
    const { units: __, ...repeated } = await cost(() => send(key))
    expect(repeated).toEqual({ requests: ['GetItem', 'GetItem'], rounds: 2, status: 201 })
  })

  it('reads a page of a history by id, warm, with 1 request', async () => {
    const { id } = await newRun()
    await log(app, id)
    const read = () => app.request(`/v1/runs/${id}/history?key=m`)
    expect(await cost(read)).toEqual({ requests: ['Query'], rounds: 1, units: 1, status: 200 })
  })

  it('unsets a key by id, warm, with 3 requests in 3 rounds', async () => {
    const { id } = await newRun()
    await log(app, id)
    const unset = () => app.request(`/v1/runs/${id}/metadata?key=m`, { method: 'DELETE' })
    const requests = ['PutItem', 'PutItem', 'Query']
    expect(await cost(unset)).toEqual({ requests, rounds: 3, units: 5, status: 204 })
  })

  it('deletes a run of few logs with 7 requests in turn', async () => {
    const { id } = await newRun()
    for (let n = 0; n < 3; n++) await log(app, id)
    const { requests, status } = await cost(() => app.request(`/v1/runs/${id}`, { method: 'DELETE' }))
    expect(status).toBe(204)
    expect(requests).toEqual([
      'BatchWriteItem',
      'DeleteItem',
      'GetItem',
      'GetItem',
      'Query',
      'UpdateItem',
      'UpdateItem',
    ])
  })

  describe('with an API key of the table', () => {
    const logBy = (key: string, run: string, to = app) =>
      to.send('POST', `/v1/runs/${run}/metadata`, '{"metadata":{"m":{"a":1,"b":2,"c":3}}}', by(key))

    it('reads an API key that is not cached with 1 more request', async () => {
      const { id } = await unindexedRun()
      const { key } = await newKey(app, { role: 'log' })
      const first = await cost(() => logBy(key, id))
      expect(first).toEqual({ requests: ['GetItem', 'PutItem'], rounds: 2, units: 3, status: 201 })
      expect(await cost(() => logBy(key, id))).toEqual({ requests: ['PutItem'], rounds: 1, units: 2, status: 201 })
    })

    it('logs by a run token, warm, with 1 request', async () => {
      const { id } = await unindexedRun()
      const { key } = await newKey(app, { role: 'log' })
      const { token } = await newToken(app, id, 60, by(key))
      expect(await cost(() => logBy(token, id))).toEqual({ requests: ['PutItem'], rounds: 1, units: 2, status: 201 })
    })

    it('reads an API key once for many calls at the same time', async () => {
      const { key } = await newKey(app, { role: 'log' })
      const server = await cold()
      const asked = await cost(async () => {
        const replies = await Promise.all(
          Array.from({ length: 20 }, () => server.send('POST', '/v1/keys', '{"role":"read"}', by(key))),
        )
        return replies.find(({ status }) => status !== 403) ?? new Response(null, { status: 403 })
      })
      expect(asked).toEqual({ requests: ['GetItem'], rounds: 1, units: 1, status: 403 })
    })

    it('refuses a cached invalid key or token, or one with too low a role, without a request', async () => {
      const run = await newRun()
      const { id, key } = await newKey(app, { role: 'read' })
      const unknown = `rmk_${'0'.repeat(16)}_${'0'.repeat(64)}`
      for (const seen of [key, unknown]) await app.request(`/v1/runs/${run.id}`, { headers: by(seen) })
      const shown = [
        [unknown, 401],
        [`rmk_${id}_${'0'.repeat(64)}`, 401],
        [key, 403],
        [`rmt_${id}_${run.id.replaceAll('-', '')}_9999999999999_${'0'.repeat(64)}`, 401],
        [`rmt_${'1'.repeat(16)}_${run.id.replaceAll('-', '')}_9999999999999_${'0'.repeat(64)}`, 401],
      ] as const
      for (const [text, status] of shown)
        expect(await cost(() => logBy(text, run.id))).toEqual({ requests: [], rounds: 0, units: 0, status })
    })

    it('creates a key with 1 request, lists and revokes with 2, and creates a token with 1', async () => {
      const { id } = await newRun()
      const made = await cost(() => app.send('POST', '/v1/keys', '{"role":"read"}'))
      expect(made).toEqual({ requests: ['PutItem'], rounds: 1, units: 2, status: 201 })
      const listed = await cost(() => app.request('/v1/keys'))
      expect(listed).toMatchObject({ requests: ['BatchGetItem', 'Query'], rounds: 2, status: 200 })
      const key = await newKey(app, { role: 'read' })
      const revoked = await cost(() => revokeKey(app, key.id))
      expect(revoked).toEqual({ requests: ['DeleteItem', 'GetItem'], rounds: 2, units: 3, status: 204 })
      const token = await cost(() => app.send('POST', `/v1/runs/${id}/token`, '{"expiresIn":60}'))
      expect(token).toEqual({ requests: ['GetItem'], rounds: 1, units: 1, status: 201 })
    })

    it('refuses another project’s run with the same requests as a run that never existed', async () => {
      const { id, name } = await newRun(`theirs-${randomUUID()}`)
      const mine = by((await newKey(app, { role: 'admin', project: 'mine' })).key)
      await app.request('/v1/runs/none', { headers: mine })
      const body = '{"metadata":{"a":1}}'
      const calls = [
        (run: string) => app.request(`/v1/runs/${run}`, { headers: mine }),
        (run: string) => app.request(`/v1/runs/${run}/history?key=m`, { headers: mine }),
        (run: string) => app.request(`/v1/runs/${run}`, { method: 'DELETE', headers: mine }),
        (run: string) => app.send('POST', `/v1/runs/${run}/metadata`, body, mine),
      ]
      for (const call of calls) {
        for (const [there, never] of [
          [id, randomUUID()],
          [name, `theirs-${randomUUID()}`],
          [name.slice(0, 20), `theirs-${randomUUID()}`.slice(0, 20)],
        ] as const) {
          const asked = await cost(() => call(there))
          expect(asked.status).toBe(404)
          expect(asked).toEqual(await cost(() => call(never)))
        }
      }
    })
  })

  describe('for a page of 50 runs', () => {
    const key = `cost${randomUUID().slice(0, 8)}`
    const list = (query: string) => app.request(`/v1/runs?${query}`)
    const ORDER = `order=/${key}/n`
    /** Creates runs with one value each, without counting. */
    async function fill(count: number): Promise<void> {
      const direct = await testApp({ tableName: app.tableName })
      for (let from = 0; from < count; from += 20) {
        const made = Array.from({ length: 20 }, async (_, n) => {
          const { id } = await jsonOf<RunBody>(direct.send('POST', '/v1/runs', '{}'), 201)
          await direct.send(
            'POST',
            `/v1/runs/${id}/metadata`,
            JSON.stringify({ metadata: { [key]: { n: from + n, m: 1 } } }),
          )
        })
        await Promise.all(made)
      }
    }
    beforeAll(() => fill(120))

    it('lists runs with 2 requests in 2 rounds, and 1 more if it reads the rows of a key too', async () => {
      const listed = await cost(() => list(''))
      expect({ ...listed, units: Math.round(listed.units) }).toEqual({ ...counted(FIGURES.list), status: 200 })
      expect(await cost(() => list('status=running'))).toMatchObject({ requests: ['BatchGetItem', 'Query'], rounds: 2 })
      const requests = ['BatchGetItem', 'BatchGetItem', 'Query']
      const searched = await cost(() => list(ORDER))
      expect({ ...searched, units: Math.round(searched.units) }).toEqual({ ...counted(FIGURES.search), status: 200 })
      expect(await cost(() => list(`where=${encodeURIComponent(`/${key}/m = 1`)}&select=/${key}/n`))).toMatchObject({
        requests,
        rounds: 2,
      })
    })

    it('takes the same requests for a larger page and for a later page', async () => {
      const first = await cost(() => list(ORDER))
      const { next } = await jsonOf<{ next: string }>(list(ORDER))
      // The entry at the cursor is read and skipped.
      const second = await cost(() => list(`${ORDER}&cursor=${next}`))
      expect({ ...second, units: Math.round(second.units) }).toEqual({ ...first, units: Math.round(first.units) })
      await fill(200)
      expect(await cost(() => list(ORDER))).toEqual(first)
    })

    it('takes 1 more request for each run if a value that is not a searchable scalar is selected', async () => {
      const { requests } = await cost(() => list(`${ORDER}&limit=5&select=/${key}`))
      expect(requests).toEqual(['BatchGetItem', ...Array(6).fill('Query')])
    })
  })

  it('takes no request if the search is invalid', async () => {
    const { id } = await newRun()
    const calls = [
      () => app.send('POST', `/v1/runs/${id}/metadata`, '{"metadata":{"":1}}'),
      () => create({ name: 'a/b' }),
      () => app.request(`/v1/runs/${id}?a=b`),
      () => app.request('/v1/runs/x', { headers: { authorization: 'Bearer wrong' } }),
    ]
    for (const call of calls) expect((await cost(call)).requests).toEqual([])
  })
})
