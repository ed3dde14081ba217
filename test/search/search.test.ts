import { randomUUID } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { BatchWriteCommand, DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { reindex } from '@runmeta/core/maintenance/reindex'
import { shardsFrom } from '@runmeta/core/shards'
import { createClock } from '@runmeta/core/table/clock'
import { createDynamoTable } from '@runmeta/core/table/dynamo/index'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CREDENTIALS, endpointOf, jsonOf, type RunBody, type TestApp, testApp } from '../support/app.ts'
import { laterThan } from '../support/later.ts'
import { type StoreProxy, startProxy } from '../support/proxy.ts'

interface PageBody {
  readonly runs: readonly RunBody[]
  readonly order: string
  readonly next?: string
}

type Row = Readonly<Record<string, unknown>> & { readonly pk: string; readonly sk: string }

/** Rows and entries of the search index, also after failures. */
describe('search', () => {
  let proxy: StoreProxy
  let app: TestApp
  let raw: DynamoDBDocumentClient
  beforeAll(async () => {
    proxy = await startProxy(endpointOf('dynoxide'), { held: 0 })
    const made = await testApp({ engine: 'dynoxide' })
    app = await testApp({ endpoint: proxy.endpoint, tableName: made.tableName })
    raw = DynamoDBDocumentClient.from(new DynamoDBClient({ ...CREDENTIALS, endpoint: made.endpoint }))
  })
  afterAll(() => proxy.stop())
  beforeEach(() => {
    proxy.faultOn(() => undefined)
    proxy.clear()
  })

  const post = (to: TestApp, path: string, body: unknown, headers?: Record<string, string>) =>
    to.send('POST', path, JSON.stringify(body), headers)
  const create = async (body: object = {}, to = app) =>
    laterThan(await jsonOf<RunBody>(post(to, '/v1/runs', body), 201))
  const log = (run: RunBody, metadata: object, headers?: Record<string, string>, to = app) =>
    post(to, `/v1/runs/${run.id}/metadata`, { metadata }, headers)
  const page = (query: string, to = app) => jsonOf<PageBody>(to.request(`/v1/runs?${query}`))
  const where = (condition: string) => `where=${encodeURIComponent(condition)}`
  const ids = ({ runs }: PageBody) => runs.map(({ id }) => id)
  const newKey = () => `k${randomUUID().slice(0, 8)}`
  const server = (shards?: string) => ({
    table: createDynamoTable({
      tableName: app.tableName,
      endpoint: app.endpoint,
      client: CREDENTIALS,
      clock: createClock(),
    }),
    shardsOf: shardsFrom(shards),
  })

  /** The items of a run by prefix of the sort key, read without the code under test. */
  async function rows({ id }: RunBody, prefix: string): Promise<Row[]> {
    const command = new QueryCommand({
      TableName: app.tableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': `default/${id}`, ':sk': prefix },
    })
    return ((await raw.send(command)).Items ?? []) as Row[]
  }

  async function all(query: string, to = app, from?: string): Promise<string[]> {
    const found: string[] = []
    let cursor = from === undefined ? '' : `&cursor=${from}`
    do {
      const got = await page(`${query}${cursor}`, to)
      found.push(...ids(got))
      cursor = got.next === undefined ? '' : `&cursor=${got.next}`
    } while (cursor !== '')
    return found
  }

  it('leaves out a run that is deleted before its selected values are read', async () => {
    const key = newKey()
    const run = await create()
    await jsonOf(log(run, { [key]: [{}], also: 1 }), 201)
    const hold = proxy.hold(({ operation, body }) => operation === 'Query' && body.includes('"order"'))
    const asked = page(`id=${run.id}&select=/${key}`)
    await hold.held()
    const direct = await testApp({ tableName: app.tableName })
    expect((await direct.request(`/v1/runs/${run.id}`, { method: 'DELETE' })).status).toBe(204)
    hold.release()
    expect(ids(await asked)).toEqual([])
  })

  describe('after a crash', () => {
    /** The store refuses all writes after this many. */
    function diesAfter(writes: number): void {
      let left = writes
      proxy.faultOn((operation) => (operation === 'PutItem' && left-- <= 0 ? 'error' : undefined))
    }
    const recovers = () => proxy.faultOn(() => undefined)

    it('between a log and its rows, finds the run after the log is sent again', async () => {
      const key = newKey()
      const run = await create()
      const send = () => log(run, { [key]: { a: 1, b: 2, c: 3 } }, { 'idempotency-key': 'again' })
      for (const writes of [1, 2, 3]) {
        diesAfter(writes)
        expect((await send()).status).toBe(503)
        recovers()
      }
      await jsonOf(send(), 201)
      for (const [name, value] of Object.entries({ a: 1, b: 2, c: 3 })) {
        expect(ids(await page(where(`/${key}/${name} = ${value}`)))).toEqual([run.id])
      }
    })

    it('between an unset and its row, no longer finds the run after the unset is sent again', async () => {
      const key = newKey()
      const run = await create()
      await jsonOf(log(run, { [key]: 1 }), 201)
      const unset = () =>
        app.request(`/v1/runs/${run.id}/metadata?key=${key}`, {
          method: 'DELETE',
          headers: { 'idempotency-key': 'gone' },
        })
      diesAfter(1)
      expect((await unset()).status).toBe(503)
      recovers()
      expect((await unset()).status).toBe(204)
      expect(ids(await page(where(`/${key} = 1`)))).toEqual([])
      expect(ids(await page(`id=${run.id}&${where(`/${key} exists`)}`))).toEqual([])
    })

    it.each([
      ['a name', () => ({ name: randomUUID() })],
      ['an id', () => ({ id: randomUUID() })],
      ['both', () => ({ id: randomUUID(), name: randomUUID() })],
    ])('during a creation by %s, lists the run after the creation is sent again', async (_, bodyOf) => {
      const body = { ...bodyOf(), pipeline: newKey() }
      diesAfter(2)
      expect((await post(app, '/v1/runs', body)).status).toBe(503)
      recovers()
      const run = await jsonOf<RunBody>(post(app, '/v1/runs', body))
      expect(ids(await page(`pipeline=${body.pipeline}`))).toEqual([run.id])
      expect(ids(await page(`limit=1`))).toEqual([run.id])
      expect(await all(`status=running&name=${run.name}`)).toEqual([run.id])
    })

    it('during a change, lists the run by the change after it is sent again', async () => {
      const pipeline = newKey()
      const run = await create()
      const change = () => app.send('PATCH', `/v1/runs/${run.id}`, JSON.stringify({ status: 'failed', pipeline }))
      diesAfter(0)
      expect((await change()).status).toBe(503)
      recovers()
      await jsonOf(change())
      expect(ids(await page(`pipeline=${pipeline}`))).toEqual([run.id])
      expect(ids(await page('status=failed&limit=1'))).toEqual([run.id])
    })

    it('finds all logs that nobody retried after a reindexing, or only those since a given time', async () => {
      const key = newKey()
      const run = await create()
      await jsonOf(log(run, { [key]: 'old', [`${key}gone`]: 1 }), 201)
      diesAfter(1)
      expect((await log(run, { [key]: { a: 1, b: 'x'.repeat(2000) } })).status).toBe(503)
      diesAfter(1)
      expect((await app.request(`/v1/runs/${run.id}/metadata?key=${key}gone`, { method: 'DELETE' })).status).toBe(503)
      const wide = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`${key}${n}`, n]))
      diesAfter(1)
      expect((await log(run, wide)).status).toBe(503)
      recovers()
      expect(await reindex(server(), { since: Date.now() + 3_600_000 })).toEqual({ runs: 0, rows: 0 })
      const { rows: mended } = await reindex(server(), { since: Date.now() - 3_600_000 })
      expect(mended).toBeGreaterThan(0)
      for (const condition of [`/${key}/a = 1`, `/${key}/b prefix "xx"`, `/${key}63 = 63`]) {
        expect(ids(await page(where(condition))), condition).toEqual([run.id])
      }
      for (const condition of [`/${key} = "old"`, `/${key}64 = 64`]) {
        expect(ids(await page(where(condition))), condition).toEqual([])
      }
      expect(ids(await page(`id=${run.id}&${where(`/${key}gone exists`)}`))).toEqual([])
      expect(ids(await page(`id=${run.id}&${where(`/${key}64 exists`)}`))).toEqual([run.id])
      expect(await reindex(server())).toMatchObject({ rows: 0 })
    })

    it('continues where an earlier reindexing stopped', async () => {
      const first = await reindex(server(), { isEnough: () => true })
      const rest = first.next === undefined ? { runs: 0 } : await reindex(server(), { from: first.next })
      expect(first.runs + rest.runs).toBe((await reindex(server())).runs)
    })
  })

  it('finds the latest of concurrent logs, whichever writes its rows last', async () => {
    const key = newKey()
    const run = await create()
    for (let round = 0; round < 5; round++) {
      const values = Array.from({ length: 8 }, (_, n) => ({ m: `${round}-${n}`, n }))
      await Promise.all(values.map((value) => log(run, { [key]: value })))
      const { metadata } = await jsonOf<{ metadata: Record<string, { m: string; n: number }> }>(
        app.request(`/v1/runs/${run.id}`),
      )
      const { m, n } = metadata[key] ?? { m: '', n: -1 }
      expect(ids(await page(where(`/${key}/m = "${m}"`)))).toEqual([run.id])
      expect(ids(await page(where(`/${key}/n = ${n}`)))).toEqual([run.id])
      expect(await all(where(`/${key}/n >= 0`))).toEqual([run.id])
    }
  })

  it('sees a log as a whole: if only some of its rows are written the logs decide, and a run is found only at its current place', async () => {
    const key = newKey()
    const run = await create()
    const say = (value: number) => log(run, { [`${key}a`]: value, [`${key}b`]: { c: value, d: value } })
    await jsonOf(say(1), 201)
    const old = await rows(run, 'ROW#')
    await jsonOf(say(2), 201)
    const restored = old.find(({ leaves }) => String(leaves).startsWith('[["",'))
    // Like a reader that read one key's row before the second log and the other's after it.
    await raw.send(new PutCommand({ TableName: app.tableName, Item: restored }))
    const both = (one: number, other: number) =>
      `${where(`/${key}a = ${one}`)}&${where(`/${key}b/c = ${other}`)}&id=${run.id}`
    expect(ids(await page(both(1, 2)))).toEqual([])
    expect(ids(await page(both(2, 2)))).toEqual([run.id])
    // A range that holds before and after the log finds the run by an entry of either time.
    for (const range of [`/${key}a >= 1`, `/${key}b/c >= 1`, `/${key}b/d >= 1`]) {
      expect(ids(await page(where(range))), range).toEqual([run.id])
    }
    const [leaf] = await rows(run, 'LEAF#')
    const lagging = { ...leaf, indexSk: String(leaf?.indexSk).replace(/^131112/, '131111') }
    await raw.send(new PutCommand({ TableName: app.tableName, Item: lagging }))
    // Not found until the index has caught up: with two places the run could be on two pages.
    expect(ids(await page(where(`/${key}b/d >= 1`)))).toEqual([])
    expect(ids(await page(where(`/${key}b/d = 1`)))).toEqual([])
    expect(ids(await page(where(`/${key}a >= 1`)))).toEqual([run.id])
  })

  it('removes rows that a later log has replaced, and no others', async () => {
    const key = newKey()
    const [run, other] = [await create(), await create()]
    for (const one of [run, other]) await jsonOf(log(one, { [key]: { a: 1, b: 2, c: 3 } }), 201)
    await jsonOf(log(run, { [key]: { a: 1 } }), 201)
    expect(await rows(run, 'LEAF#')).toHaveLength(2)
    expect(ids(await page(where(`/${key}/b = 2`)))).toEqual([other.id])
    expect(await rows(run, 'LEAF#')).toHaveLength(1)
    expect(await rows(other, 'LEAF#')).toHaveLength(2)
  })

  it('keeps the rows of a log that is still being written', async () => {
    const key = newKey()
    const run = await create()
    await jsonOf(log(run, { [key]: { a: 1, b: 2 } }), 201)
    const [leaf] = await rows(run, 'LEAF#')
    const [row] = await rows(run, 'ROW#')
    // As if a later log had written its leaf's row, and not yet its key's row.
    await raw.send(new PutCommand({ TableName: app.tableName, Item: { ...leaf, version: 'z'.repeat(21) } }))
    await raw.send(new PutCommand({ TableName: app.tableName, Item: { ...row, leaves: '[["/a","1"]]' } }))
    expect(ids(await page(where(`/${key}/b = 2`)))).toEqual([])
    expect(await rows(run, 'LEAF#')).toHaveLength(1)
  })

  it('ignores entries that have no row', async () => {
    const key = newKey()
    const [run, other] = [await create(), await create()]
    await jsonOf(log(run, { [key]: 1 }), 201)
    const [row] = await rows(run, 'ROW#')
    const copy = { ...row, pk: `default/${other.id}` }
    await raw.send(new PutCommand({ TableName: app.tableName, Item: { ...copy, sk: 'ROW#0' } }))
    await raw.send(new PutCommand({ TableName: app.tableName, Item: { ...copy, pk: `default/${randomUUID()}` } }))
    expect(ids(await page(where(`/${key} = 1`)))).toEqual([run.id])
  })

  it('reads at most 1,000 entries for a page, and continues from there', async () => {
    const key = newKey()
    const run = await create()
    await jsonOf(log(run, { [key]: 1 }), 201)
    const [row] = await rows(run, 'ROW#')
    // Stale entries of absent runs, sorted before the run's.
    for (let from = 0; from < 1500; from += 25) {
      const items = Array.from({ length: 25 }, (_, n) => ({
        PutRequest: {
          Item: { pk: `default/${randomUUID()}`, sk: 'ROW#0', indexPk: row?.indexPk, indexSk: `10${from + n}` },
        },
      }))
      await raw.send(new BatchWriteCommand({ RequestItems: { [app.tableName]: items } }))
    }
    proxy.clear()
    const first = await page(`order=/${key}`)
    expect(first.runs).toEqual([])
    const reads = proxy.exchanges.filter(({ operation }) => operation === 'Query').length
    expect(reads).toBe(11)
    expect(await all(`order=/${key}`)).toEqual([run.id])
    expect(await all(`order=-/${key}`)).toEqual([run.id])
  })

  it('ends a page early if its time is over, and continues from there', async () => {
    const key = newKey()
    const runs: RunBody[] = []
    for (let n = 0; n < 20; n++) {
      const run = await create({ name: `${key}-${n}` })
      await jsonOf(log(run, { [key]: n }), 201)
      runs.push(run)
    }
    /** A server whose deadlines are over after they were checked so many times. */
    const serverWithin = (checks: number) => {
      const deadline = () => {
        let count = 0
        return () => count++ >= checks
      }
      return testApp({ tableName: app.tableName, clock: { ...createClock(), deadline }, hasDeadlines: true })
    }
    const late = await serverWithin(0)
    expect((await page(`order=/${key}`, late)).runs).toHaveLength(8)
    expect(await all(`order=/${key}`, late)).toEqual(runs.map(({ id }) => id))
    const last = `order=/${key}&nameContains=${key}-19`
    expect((await page(last, late)).runs).toEqual([])
    expect(await all(last, late)).toEqual([runs.at(-1)?.id])
    // The time is over when 20 entries in 3 groups are verified, and the first 8 runs are read.
    expect((await page(`order=/${key}`, await serverWithin(3))).runs).toHaveLength(8)
  })

  describe('on several shards', () => {
    const SHARDS = [undefined, 'default=8', 'default=1/8', 'other=2,default=3']

    it('is the same on 1, on 8, and while the number changes', async () => {
      const key = newKey()
      const apps = await Promise.all(
        SHARDS.map((shards) => testApp({ tableName: app.tableName, ...(shards && { shards }) })),
      )
      const runs: RunBody[] = []
      for (let n = 0; n < 32; n++) {
        const to = apps[n % 2] ?? app
        const run = await create({ pipeline: key }, to)
        await jsonOf(log(run, { [key]: { m: n % 5, s: 'x' } }, {}, to), 201)
        runs.push(run)
      }
      const reader = apps[1] ?? app
      const sorted = runs
        .map(({ id }, n) => ({ id, n }))
        .toSorted((one, other) => (one.n % 5) - (other.n % 5) || one.n - other.n)
        .map(({ id }) => id)
      for (const limit of [1, 5, 200]) {
        expect(await all(`order=/${key}/m&limit=${limit}`, reader)).toEqual(sorted)
        expect(await all(`order=-/${key}/m&limit=${limit}`, reader)).toEqual(sorted.toReversed())
        expect(await all(`pipeline=${key}&limit=${limit}`, reader)).toEqual(runs.map(({ id }) => id).toReversed())
      }
      // A cursor is a place in the order, so it stays valid when the number of shards changes between pages.
      const first = await page(`order=/${key}/m&limit=10`, apps[2])
      const rest = await all(`order=/${key}/m&limit=7`, reader, first.next)
      expect([...ids(first), ...rest]).toEqual(sorted)
      const groups = new Set(
        (await Promise.all(runs.map((run) => rows(run, 'LEAF#')))).flat().map(({ indexPk }) => indexPk),
      )
      expect(groups.size).toBeGreaterThan(4)
    })

    it('finds its entries where a reindexing with another number puts them', async () => {
      const key = newKey()
      const wide = await testApp({ tableName: app.tableName, shards: 'default=8' })
      const runs: RunBody[] = []
      for (let n = 0; n < 12; n++) {
        const run = await create({}, wide)
        await jsonOf(log(run, { [key]: n }, {}, wide), 201)
        runs.push(run)
      }
      expect((await all(`order=/${key}`)).length).toBeLessThan(12)
      await reindex(server('default=1/8'))
      expect(await all(`order=/${key}`)).toEqual(runs.map(({ id }) => id))
    })

    it.each(['default', 'default=0', 'default=65', 'default=4/2', 'A=2', 'default=2;other=3'])(
      'refuses the setting %s',
      (setting) => expect(() => shardsFrom(setting)).toThrow(/^RUNMETA_SHARDS: /),
    )
  })
})
