import { randomBytes, randomUUID } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { Failure } from '@runmeta/core/failure'
import { isRecord } from '@runmeta/core/table/keys'
import type { Item, Table } from '@runmeta/core/table/port'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { endpointOf, type FullRunBody, jsonOf, type RunBody, refusalOf, type TestApp, testApp } from '../support/app.ts'
import { type Fault, type StoreProxy, startProxy } from '../support/proxy.ts'
import { within } from '../support/within.ts'

describe('a store that fails', () => {
  let proxy: StoreProxy
  let app: TestApp
  beforeEach(async () => {
    proxy = await startProxy(endpointOf('dynoxide'))
    const made = await testApp({ engine: 'dynoxide' })
    app = await testApp({ endpoint: proxy.endpoint, tableName: made.tableName, hasDeadlines: true })
  })
  afterEach(() => proxy.stop())

  const newRun = async () =>
    (await jsonOf<RunBody>(app.send('POST', '/v1/runs', JSON.stringify({ name: randomUUID() })), 201)).id
  const log = (run: string, body = '{"metadata":{"a":1}}') => app.send('POST', `/v1/runs/${run}/metadata`, body)
  const metadata = async (run: string) => (await jsonOf<FullRunBody>(app.request(`/v1/runs/${run}`))).metadata

  /** Causes a fault for the first requests of an operation. */
  function faultFirst(count: number, fault: Fault, operation = 'PutItem'): void {
    let left = count
    proxy.faultOn((asked) => (asked === operation && left-- > 0 ? fault : undefined))
  }

  it.each<Fault>(['refuse', 'reset', 'reset after', 'cut', 'late', 'error', 'throttle', 'limit'])(
    'is retried after one %s, and the log is stored once',
    async (fault) => {
      const run = await newRun()
      faultFirst(1, fault)
      await jsonOf(log(run), 201)
      expect(await metadata(run)).toEqual({ a: 1 })
      expect(proxy.exchanges.filter(({ operation }) => operation === 'PutItem').length).toBeGreaterThan(1)
    },
  )

  it('creates one API key if the reply to its write is lost', async () => {
    const name = randomUUID()
    faultFirst(1, 'reset after')
    const { id } = await jsonOf<{ id: string }>(
      app.send('POST', '/v1/keys', JSON.stringify({ role: 'read', name })),
      201,
    )
    const { keys } = await jsonOf<{ keys: { id: string; name: string }[] }>(app.request('/v1/keys'))
    expect(keys.filter((key) => key.name === name).map((key) => key.id)).toEqual([id])
  })

  it('creates one run if the reply to its claim is lost, and reports it as new', async () => {
    const name = randomUUID()
    faultFirst(1, 'reset after')
    const run = await jsonOf<RunBody>(app.send('POST', '/v1/runs', JSON.stringify({ name })), 201)
    expect((await jsonOf<RunBody>(app.request(`/v1/runs/${name}`))).id).toBe(run.id)
  })

  it.each<Fault>(['reset', 'cut', 'error', 'throttle', 'limit'])(
    'causes a 503 with Retry-After if each request meets a %s',
    async (fault) => {
      const run = await newRun()
      proxy.faultOn(() => fault)
      const calls = [
        log(run),
        app.request(`/v1/runs/${run}`),
        app.request('/v1/runs/some-name'),
        app.send('POST', '/v1/runs', '{}'),
        app.request('/v1/health'),
      ]
      for (const call of calls) {
        const reply = await call
        expect(reply.headers.get('retry-after')).toMatch(/^\d+$/)
        await refusalOf(reply, 503, 'store_unavailable')
      }
      proxy.faultOn(() => undefined)
      await jsonOf(log(run), 201)
    },
  )

  it('causes a 503 within 15 s if it accepts requests and never responds, or never completes a batch', async () => {
    const [run, large] = [await newRun(), await newRun()]
    await jsonOf(log(run), 201)
    await jsonOf(log(large, JSON.stringify({ metadata: { a: randomBytes(200_000).toString('base64') } })), 201)
    const slow = await startProxy(endpointOf('dynoxide'), { held: 600 })
    const batches = await testApp({ endpoint: slow.endpoint, tableName: app.tableName, hasDeadlines: true })
    slow.faultOn((operation) => (operation === 'BatchGetItem' ? 'unprocessed' : undefined))
    proxy.faultOn(() => 'hang')
    // The longest waits between the rounds of a batch.
    vi.spyOn(Math, 'random').mockReturnValue(0.999)
    const calls = [
      log(run),
      log(run, JSON.stringify({ metadata: { a: randomBytes(700_000).toString('base64') } })),
      app.request(`/v1/runs/${run}`),
      app.request('/v1/runs/some-name'),
      app.request(`/v1/runs/${run}/history?key=a`),
      app.request(`/v1/runs/${run}/metadata?key=a`, { method: 'DELETE' }),
      app.send('PATCH', `/v1/runs/${run}`, '{"status":"failed"}'),
      app.request(`/v1/runs/${run}`, { method: 'DELETE' }),
      app.send('POST', '/v1/runs', '{}'),
      app.request('/v1/health'),
      batches.request(`/v1/runs/${large}`),
    ]
    for (const reply of await within(15_000, Promise.all(calls))) {
      expect(reply.headers.get('retry-after')).toMatch(/^\d+$/)
      await refusalOf(reply, 503, 'store_unavailable')
    }
    vi.restoreAllMocks()
    await slow.stop()
  })

  it('causes a 503 with Retry-After while it is away, and works again when it is back', async () => {
    const run = await newRun()
    proxy.gone()
    const calls = [log(run), app.request(`/v1/runs/${run}`), app.send('POST', '/v1/runs', '{}')]
    for (const call of calls) {
      const reply = await call
      expect(reply.headers.get('retry-after')).toMatch(/^\d+$/)
      await refusalOf(reply, 503, 'store_unavailable')
    }
    await proxy.back()
    await jsonOf(log(run), 201)
    expect(await metadata(run)).toEqual({ a: 1 })
  })

  describe('between the parts of a large log and the log itself', () => {
    const noise = randomBytes(700_000).toString('base64')
    const body = JSON.stringify({ metadata: { a: noise } })

    it('leaves nothing readable, and the log is complete after it is sent again', async () => {
      const run = await newRun()
      let puts = 0
      proxy.faultOn((operation) => (operation === 'PutItem' && ++puts > 2 ? 'error' : undefined))
      await refusalOf(log(run, body), 503, 'store_unavailable')
      proxy.faultOn(() => undefined)
      expect(puts).toBeGreaterThan(2)
      expect(await metadata(run)).toEqual({})
      await jsonOf(log(run, body), 201)
      expect((await metadata(run)).a === noise).toBe(true)
    })

    it('leaves nothing readable if a part could not be written', async () => {
      const run = await newRun()
      let puts = 0
      proxy.faultOn((operation) => (operation === 'PutItem' && ++puts > 1 ? 'reset' : undefined))
      await refusalOf(log(run, body), 503, 'store_unavailable')
      proxy.faultOn(() => undefined)
      expect(await metadata(run)).toEqual({})
    })
  })

  describe('in the middle of a deletion', () => {
    const remove = (run: string) => app.request(`/v1/runs/${run}`, { method: 'DELETE' })

    it('is acknowledged after the run is unreadable and its name is free', async () => {
      const name = randomUUID()
      const { id } = await jsonOf<RunBody>(app.send('POST', '/v1/runs', JSON.stringify({ name })), 201)
      await jsonOf(log(id), 201)
      proxy.faultOn((operation) => (operation === 'BatchWriteItem' || operation === 'DeleteItem' ? 'error' : undefined))
      expect((await remove(name)).status).toBe(204)
      proxy.faultOn((operation) => (operation === 'BatchWriteItem' ? 'error' : undefined))
      for (const reference of [id, name]) await refusalOf(app.request(`/v1/runs/${reference}`), 404, 'run_not_found')
      const again = await jsonOf<RunBody>(app.send('POST', '/v1/runs', JSON.stringify({ name })), 201)
      expect(again.id).not.toBe(id)
    })

    it('completes if the reply to its first write is lost', async () => {
      const run = await newRun()
      faultFirst(1, 'reset after', 'UpdateItem')
      expect((await remove(run)).status).toBe(204)
    })
  })

  describe('between a claim and its run', () => {
    /** Leaves a claim without its run: the second put of a creation always fails. */
    async function abandoned(body: Record<string, string>): Promise<void> {
      let puts = 0
      proxy.faultOn((operation) => (operation === 'PutItem' && ++puts > 1 ? 'error' : undefined))
      await refusalOf(app.send('POST', '/v1/runs', JSON.stringify(body)), 503, 'store_unavailable')
      proxy.faultOn(() => undefined)
    }

    it('is repaired by the next creation of that name, with the fields of the first one', async () => {
      const name = randomUUID()
      await abandoned({ name, pipeline: 'first' })
      await refusalOf(app.request(`/v1/runs/${name}`), 404, 'run_not_found')
      const run = await jsonOf<RunBody>(app.send('POST', '/v1/runs', JSON.stringify({ name, pipeline: 'second' })), 200)
      expect(run).toMatchObject({ name, pipeline: 'first' })
      expect(await jsonOf<RunBody>(app.request(`/v1/runs/${name}`))).toMatchObject({ id: run.id, pipeline: 'first' })
    })

    it('is answered only after all of its writes have ended', async () => {
      const manyTurns = async () => {
        for (let turns = 0; turns < 50; turns++) await turn()
      }
      const isFact = ({ sk }: Item) => sk.startsWith('FACT#')
      const wasAnswered: Promise<boolean>[] = []
      let isAnswered = false
      /** Refuses the run's record immediately, and delays its index rows. */
      const over = (table: Table): Table => ({
        ...table,
        put: async (item, ...rest) => {
          if (isRecord(item)) throw new Failure('store_unavailable', 'store: is gone')
          if (isFact(item)) {
            const written = manyTurns().then(() => isAnswered)
            wasAnswered.push(written)
            await written
          }
          return table.put(item, ...rest)
        },
        withSignal: (signal) => over(table.withSignal(signal)),
      })
      const failing = await testApp({ engine: 'sqlite', over })
      const reply = await failing.send('POST', '/v1/runs', '{}').finally(() => {
        isAnswered = true
      })
      await refusalOf(reply, 503, 'store_unavailable')
      expect(wasAnswered.length).toBeGreaterThan(0)
      expect(await Promise.all(wasAnswered)).not.toContain(true)
    })

    it('reserves no name for an id that has another name', async () => {
      const [id, name, other] = [randomUUID(), randomUUID(), randomUUID()]
      await abandoned({ id, name })
      await jsonOf(app.send('POST', '/v1/runs', JSON.stringify({ id, name: other })), 201)
      const run = await jsonOf<RunBody>(app.send('POST', '/v1/runs', JSON.stringify({ name })), 201)
      expect(run.id).not.toBe(id)
      expect(await jsonOf(app.request(`/v1/runs/${other}`))).toMatchObject({ id })
    })
  })
})
