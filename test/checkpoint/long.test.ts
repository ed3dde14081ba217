import { afterEach, describe, expect, it } from 'vitest'
import { type FullRunBody, jsonOf, type ReceiptBody, refusalOf } from '../support/app.ts'
import { rawTable } from './store.ts'
import { createTimed, log, MINUTE, newRun, readAt, type Timed } from './timed.ts'

const LATER = 20 * MINUTE

describe('a long run', () => {
  const timed = createTimed()
  const metered = createTimed({ held: 25 })
  afterEach(async () => {
    await timed.stop()
    await metered.stop()
  })

  /** A run with enough logs for a checkpoint, which a reader makes when they are old. */
  async function longRun(server: Awaited<ReturnType<typeof timed.start>>) {
    const { app } = server
    const run = await newRun(app)
    await jsonOf(log(app, run, '{"metadata":{"a":1.0,"uri":"s3://b"},"types":{"/uri":"Uri"}}'), 201)
    await jsonOf(log(app, run, '{"step":"train","metadata":{"a":{"b":[1e400]}},"relatedEntities":false}'), 201)
    const receipt = await jsonOf<ReceiptBody>(log(app, run, '{"metadata":{"kept":"yes"}}', 'once'), 201)
    for (let n = 0; n < 63; n++) await jsonOf(log(app, run, `{"metadata":{"n":${n},"k${n}":${n}}}`), 201)
    const last = await jsonOf<ReceiptBody>(log(app, run, '{"metadata":{"n":63,"k63":63}}'), 201)
    await app.request(`/v1/runs/${run}/metadata?key=k7`, { method: 'DELETE' })
    return { run, receipt, after: last.log.position }
  }

  it('of 2,000 logs is read in at most 3 requests and 2 rounds after a reader has made its checkpoint', async () => {
    const server = await metered.start()
    const run = await newRun(server.app)
    await jsonOf(log(server.app, run, '{"metadata":{"m":{"accuracy":0.93,"precision":0.91}}}'), 201)
    const raw = rawTable(server.app)
    await raw.copyLog(run, 2000, LATER)
    const before = await (await server.app.request(`/v1/runs/${run}`)).text()
    expect(await raw.items(run, 'CHK#')).toHaveLength(1)
    server.proxy.clear()
    expect(await (await server.app.request(`/v1/runs/${run}`)).text()).toBe(before)
    expect(server.proxy.exchanges.map(({ operation }) => operation).sort()).toEqual(['BatchGetItem', 'Query'])
    expect(server.proxy.rounds()).toBe(2)
    // The record, 79 logs, and a checkpoint of one key.
    expect(server.proxy.units()).toBeLessThanOrEqual(8)
  })

  it('is checkpointed by a reader in 5 additional sequential requests', async () => {
    const server = await metered.start()
    const run = await newRun(server.app)
    await jsonOf(log(server.app, run, '{"metadata":{"m":{"accuracy":0.93,"precision":0.91}}}'), 201)
    await rawTable(server.app).copyLog(run, 64, LATER)
    server.proxy.clear()
    await jsonOf(server.app.request(`/v1/runs/${run}`))
    expect(server.proxy.exchanges.map(({ operation }) => operation)).toEqual([
      'Query',
      ...['UpdateItem', 'Query', 'PutItem', 'UpdateItem', 'Query'],
    ])
    expect(server.proxy.rounds()).toBe(6)
    server.proxy.clear()
    await jsonOf(server.app.request(`/v1/runs/${run}`))
    expect(server.proxy.exchanges).toHaveLength(2)
  })

  it('reads the same with its checkpoints, without them, and after they have been made again', async () => {
    const server = await timed.start()
    const { run } = await longRun(server)
    const textOf = async ({ app }: Timed) => (await app.request(`/v1/runs/${run}`)).text()
    const before = await textOf(server)
    const raw = rawTable(server.app)
    expect(await raw.dropCheckpoints(run)).toBe(0)
    for (const age of [1, 2, 3]) {
      // Neither server has cached the run: the first makes a checkpoint, the second reads it.
      for (let n = 0; n < 2; n++) {
        const other = await server.another()
        other.proxy.shiftDate(LATER * age)
        expect(await textOf(other)).toBe(before)
      }
      expect(await raw.dropCheckpoints(run)).toBe(1)
    }
  })

  it('counts a log that is repeated after a checkpoint once, and refuses another log under its idempotency key', async () => {
    const server = await timed.start()
    const { run, receipt } = await longRun(server)
    const { metadata } = await readAt(server, run, LATER)
    const raw = rawTable(server.app)
    expect(await raw.items(run, 'CHK#')).toHaveLength(1)
    expect(await jsonOf(log(server.app, run, '{"metadata":{"kept":"yes"}}', 'once'), 201)).toEqual(receipt)
    await refusalOf(log(server.app, run, '{"metadata":{"kept":"no"}}', 'once'), 422, 'idempotency_key_reused')
    // The checkpoint includes the log, so it stays.
    expect((await raw.items(run, 'RUN'))[0]).toMatchObject({ checkpoint: { S: expect.any(String) } })
    expect(await raw.items(run, 'CHK#')).toHaveLength(1)
    const { entries } = await jsonOf<{ entries: unknown[] }>(server.app.request(`/v1/runs/${run}/history?key=kept`))
    expect(entries).toHaveLength(1)
    expect((await readAt(server, run, LATER)).metadata).toEqual(metadata)
  })

  it('drops a checkpoint that lacks a late log, and shows the log', async () => {
    const server = await timed.start()
    const other = await server.another()
    const { run, after } = await longRun(server)
    const hold = other.proxy.hold(({ operation }) => operation === 'PutItem')
    // The server caches the run, so the put is its first request.
    await other.app.request(`/v1/runs/${run}`)
    const late = log(other.app, run, `{"after":"${after}","metadata":{"late":true,"n":-1}}`)
    await hold.held()
    await readAt(server, run, LATER)
    const raw = rawTable(server.app)
    expect((await raw.items(run, 'RUN'))[0]?.checkpoint).toBeDefined()
    other.proxy.shiftDate(LATER)
    hold.release()
    await jsonOf(late, 201)
    expect((await raw.items(run, 'RUN'))[0]?.checkpoint).toBeUndefined()
    for (const each of [server, other]) {
      expect((await readAt(each, run, LATER)).metadata).toMatchObject({ late: true, n: -1 })
    }
  })

  it('keeps its checkpoint if later logs have replaced all values of a late log', async () => {
    const server = await timed.start()
    const other = await server.another()
    const { run, after } = await longRun(server)
    await other.app.request(`/v1/runs/${run}`)
    const hold = other.proxy.hold(({ operation }) => operation === 'PutItem')
    const late = log(other.app, run, `{"after":"${after}","metadata":{"n":-1}}`)
    await hold.held()
    // Two servers may log in one millisecond, so the later log names the held one.
    const [, held] = /"pos":\{"S":"(\w+)"/.exec(String(hold.waiting()[0]?.body)) ?? []
    await jsonOf(log(server.app, run, `{"after":"${held}","metadata":{"n":64}}`), 201)
    await readAt(server, run, LATER)
    other.proxy.shiftDate(LATER)
    hold.release()
    await jsonOf(late, 201)
    expect((await rawTable(server.app).items(run, 'RUN'))[0]?.checkpoint).toBeDefined()
    expect((await readAt(server, run, LATER)).metadata).toMatchObject({ n: 64 })
    const { entries } = await jsonOf<{ entries: { value: number }[] }>(
      server.app.request(`/v1/runs/${run}/history?key=n&limit=2`),
    )
    expect(entries.map(({ value }) => value)).toEqual([64, -1])
  })

  it('shows the same steps, types and unset keys with a checkpoint as without, and folds later logs', async () => {
    const server = await timed.start()
    const { run } = await longRun(server)
    const now = await readAt<FullRunBody>(server, run, 0)
    const then = await readAt<FullRunBody>(server, run, LATER)
    const again = await readAt<FullRunBody>(server, run, LATER)
    expect(then).toEqual(now)
    expect(again).toEqual(now)
    expect(again).toMatchObject({ types: { '/uri': 'Uri' }, steps: { train: { metadata: { a: { b: [Infinity] } } } } })
    expect(again.metadata).not.toHaveProperty('k7')
    await jsonOf(log(server.app, run, '{"step":"train","metadata":{"n":1.50}}'), 201)
    await server.app.request(`/v1/runs/${run}/metadata?key=a`, { method: 'DELETE' })
    const text = await (await server.app.request(`/v1/runs/${run}`)).text()
    expect(text).toContain('"n":1.50')
    expect(JSON.parse(text).metadata).not.toHaveProperty('a')
    await refusalOf(server.app.request(`/v1/runs/${run}/metadata?key=k7`, { method: 'DELETE' }), 404, 'key_not_found')
  })

  it('is deleted together with its checkpoints', async () => {
    const server = await timed.start()
    const { run } = await longRun(server)
    await readAt(server, run, LATER)
    const raw = rawTable(server.app)
    expect(await raw.items(run, 'CHK#')).toHaveLength(1)
    expect((await server.app.request(`/v1/runs/${run}`, { method: 'DELETE' })).status).toBe(204)
    expect(await raw.items(run, 'CHK#')).toEqual([])
    expect(Object.keys((await raw.items(run, 'RUN'))[0] ?? {})).not.toContain('checkpoint')
  })

  it('can be read even if its checkpoint cannot be made', async () => {
    const server = await timed.start()
    const { run } = await longRun(server)
    server.proxy.faultOn((operation) => (operation === 'UpdateItem' ? 'throttle' : undefined))
    expect((await readAt(server, run, LATER)).metadata).toMatchObject({ n: 63 })
    expect(await rawTable(server.app).items(run, 'CHK#')).toEqual([])
  })
})
