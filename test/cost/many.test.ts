import { randomUUID } from 'node:crypto'
import { createClock } from '@runmeta/core/table/clock'
import { describe, expect, it } from 'vitest'
import { jsonOf, type RunBody, type TestApp } from '../support/app.ts'
import { describeMetered } from '../support/meter.ts'
import { counted, FIGURES } from './figures.ts'

const HOUR = 3_600_000
const METADATA = { m: { a: 1, b: 2, c: 3 } }

/** The cost of many logs, renames and expiries, as in docs/table.md. */
describeMetered('the requests of', (meter) => {
  const { cost } = meter
  const create = (body: object) => meter.app.send('POST', '/v1/runs', JSON.stringify(body))
  const newRun = (body: object) => jsonOf<RunBody>(create(body), 201)
  const patch = (run: string, body: object) => meter.app.send('PATCH', `/v1/runs/${run}`, JSON.stringify(body))
  const log = (run: string, metadata: object = METADATA, to = meter.app) =>
    to.send('POST', `/v1/runs/${run}/metadata`, JSON.stringify({ metadata }))
  const remove = (run: string, from = meter.app) => from.request(`/v1/runs/${run}`, { method: 'DELETE' })
  const later = () => new Date(Date.now() + HOUR).toISOString()

  it('100 small logs in one call cost the same as 100 single ones, concurrently', async () => {
    const runs = [await newRun({ name: randomUUID() }), await newRun({ index: false })]
    const alone = { requests: [] as string[], rounds: 0, units: 0 }
    for (const { id } of runs) {
      const { requests, rounds, units } = await cost(() => log(id), 201)
      for (let times = 0; times < 50; times++) alone.requests.push(...requests)
      alone.rounds += 50 * rounds
      alone.units += 50 * units
    }
    // Each has its own key, so that each is new in the index.
    const logs = Array.from({ length: 100 }, (_, n) => ({ run: runs[n % 2]?.id, metadata: { [`k${n}`]: METADATA.m } }))
    const many = await cost(() => meter.app.send('POST', '/v1/metadata', JSON.stringify({ logs })))
    expect(many.requests).toEqual(alone.requests.sort())
    expect([alone.units, many.units]).toEqual([500, 500])
    expect(alone.rounds).toBe(150)
    expect(many.rounds).toBeLessThanOrEqual(alone.rounds / 3)
  })

  it('100 logs to one run in one call look up the run once', async () => {
    const { name } = await newRun({ index: false, name: `many-${randomUUID()}` })
    const logs = Array.from({ length: 100 }, () => ({ run: name, metadata: METADATA }))
    const server = await meter.cold()
    await jsonOf(server.request('/v1/health'))
    const { requests } = await cost(() => server.send('POST', '/v1/metadata', JSON.stringify({ logs })))
    expect(requests.filter((operation) => operation === 'PutItem')).toHaveLength(100)
    // The claim and the run, with the queries for a prefix concurrently.
    expect(requests.length).toBeLessThanOrEqual(104)
  })

  it('a rename by id takes 6 requests, and 1 more if the run was renamed before', async () => {
    const { id } = await newRun({ name: randomUUID() })
    const rename = () => patch(id, { name: randomUUID() })
    const requests = ['DeleteItem', 'GetItem', 'PutItem', 'UpdateItem', 'UpdateItem', 'UpdateItem']
    expect(await cost(rename)).toEqual({ requests, rounds: 6, units: 10 })
    expect(await cost(rename)).toEqual({ requests: ['DeleteItem', ...requests], rounds: 7, units: 10 })
  })

  it('a creation with expiresAt takes 1 more request', async () => {
    const puts = Array(4).fill('PutItem')
    expect(await cost(() => create({}), 201)).toEqual(counted(FIGURES.create))
    const expiring = await cost(() => create({ expiresAt: later() }), 201)
    expect(expiring).toEqual({ requests: ['PutItem', ...puts], rounds: 3, units: 11 })
  })

  it('a change of expiresAt takes 1 more request than another change, and its removal none', async () => {
    const { id } = await newRun({})
    const plain = { requests: ['GetItem', 'UpdateItem'], rounds: 2, units: 3 }
    expect(await cost(() => patch(id, { endedAt: '2026-01-01T00:00:00Z' }))).toEqual(plain)
    const requests = ['GetItem', 'PutItem', 'UpdateItem']
    for (let times = 0; times < 2; times++)
      expect(await cost(() => patch(id, { expiresAt: later() }))).toEqual({ requests, rounds: 3, units: 5 })
    expect(await cost(() => patch(id, { expiresAt: null }))).toEqual(plain)
  })

  it('a log and a read cost the same for a run with expiresAt', async () => {
    for (const body of [{}, { expiresAt: later() }]) {
      const { id } = await newRun(body)
      expect(await cost(() => log(id), 201)).toEqual(counted(FIGURES.logNew))
      expect(await cost(() => meter.app.request(`/v1/runs/${id}`))).toEqual({
        requests: ['Query'],
        rounds: 1,
        units: 1,
      })
    }
  })

  describe('an expired run', () => {
    const inFuture = () => {
      const clock = { ...createClock(), now: () => Date.now() + 2 * HOUR, isSynced: () => true }
      return meter.cold({ clock })
    }
    const readers: readonly (readonly [string, (server: TestApp, run: string) => Promise<Response>])[] = [
      ['a read', (server, run) => server.request(`/v1/runs/${run}`)],
      ['a run as it was', (server, run) => server.request(`/v1/runs/${run}?at=2026-01-01T00:00:00Z`)],
      ['a page of history', (server, run) => server.request(`/v1/runs/${run}/history?key=m`)],
      ['a log', (server, run) => log(run, METADATA, server)],
      ['a deletion', (server, run) => remove(run, server)],
    ]

    it.each(readers)('costs the same by id as a deleted run: %s', async (_, ask) => {
      const [expired, deleted] = [await newRun({ expiresAt: later() }), await newRun({})]
      for (const { id } of [expired, deleted]) await jsonOf(log(id), 201)
      expect((await remove(deleted.id)).status).toBe(204)
      const server = await inFuture()
      const gone = await cost(() => ask(server, deleted.id), 404)
      const asked = await cost(() => ask(server, expired.id), 404)
      // Until the sweep its entry in the list of ids leads to its record.
      expect(asked.requests.length).toBeLessThanOrEqual(gone.requests.length + 1)
      expect(asked.rounds).toBeLessThanOrEqual(gone.rounds + 1)
      expect(asked.requests.length).toBeLessThanOrEqual(5)
      expect(asked.units).toBeLessThanOrEqual(4)
    })

    it('takes at most 5 requests by name in 3 rounds, and 2 more for its deletion', async () => {
      const { id, name } = await newRun({ name: `gone-${randomUUID()}`, expiresAt: later() })
      await jsonOf(log(id), 201)
      const server = await inFuture()
      for (const [what, ask] of readers) {
        const { requests, rounds, units } = await cost(() => ask(server, name), 404)
        expect(requests.length, what).toBeLessThanOrEqual(what === 'a deletion' ? 2 : 5)
        expect(rounds, what).toBeLessThanOrEqual(3)
        expect(units, what).toBeLessThanOrEqual(4)
      }
    })
  })

  it('a deletion takes 7 requests, also for a run with expiresAt', async () => {
    for (const body of [{}, { expiresAt: later() }]) {
      const { id } = await newRun(body)
      await jsonOf(log(id), 201)
      const { requests, rounds } = await cost(() => remove(id), 204)
      expect([requests.length, rounds]).toEqual([7, 7])
    }
  })
})
