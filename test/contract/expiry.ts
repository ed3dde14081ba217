import { randomUUID } from 'node:crypto'
import { createClock } from '@runmeta/core/table/clock'
import { expect, it } from 'vitest'
import { jsonOf, type RunBody, refusalOf, type TestApp, testApp } from '../support/app.ts'
import { texts } from '../support/raw.ts'
import { createSweeper } from '../support/sweep.ts'
import type { Subject } from './suite.ts'

const HOUR = 3_600_000

/** `expiresAt` */
export function expiry(app: Subject): void {
  const later = (ms: number) => new Date(Date.now() + ms).toISOString()
  const create = async (body: object, to: TestApp = app()) =>
    jsonOf<RunBody>(to.send('POST', '/v1/runs', JSON.stringify(body)), 201)
  const patch = (run: string, body: object, to = app()) => to.send('PATCH', `/v1/runs/${run}`, JSON.stringify(body))
  const log = (run: string, to = app()) => to.send('POST', `/v1/runs/${run}/metadata`, '{"metadata":{"a":1}}')
  /** A server whose clock is ahead. */
  const inFuture = (ms: number) => {
    const clock = { ...createClock(), now: () => Date.now() + ms, isSynced: () => true }
    return testApp({ engine: app().engine, tableName: app().tableName, clock })
  }
  const fresh = () => `expires-${randomUUID()}`

  it('can be set, changed and removed, and not set to a time in the past', async () => {
    const expiresAt = later(HOUR)
    const { id } = await create({ name: fresh(), expiresAt })
    const shown = async () =>
      (await jsonOf<RunBody & { expiresAt?: string }>(app().request(`/v1/runs/${id}`))).expiresAt
    expect(await shown()).toBe(expiresAt)
    const { runs } = await jsonOf<{ runs: { expiresAt?: string }[] }>(app().request(`/v1/runs?id=${id}`))
    expect(runs[0]?.expiresAt).toBe(expiresAt)
    await jsonOf(log(id), 201)
    expect(await shown()).toBe(expiresAt)
    expect(await jsonOf(patch(id, { expiresAt: later(2 * HOUR) }))).toHaveProperty('expiresAt')
    await jsonOf(patch(id, { expiresAt: null }))
    expect(await shown()).toBeUndefined()
    for (const call of [
      patch(id, { expiresAt: later(-1000) }),
      app().send('POST', '/v1/runs', JSON.stringify({ expiresAt: '2020-01-01T00:00:00Z' })),
      patch(id, { expiresAt: 'soon' }),
    ]) {
      expect((await refusalOf(call, 400, 'bad_request')).detail).toMatch(/^expiresAt: /)
    }
  })

  it('has the effect of a deletion for every reader, also on a server that has cached the run', async () => {
    const key = `k${randomUUID().slice(0, 8)}`
    const run = await create({ name: fresh(), pipeline: key, expiresAt: later(HOUR) })
    let ahead = 0
    const clock = { ...createClock(), now: () => Date.now() + ahead, isSynced: () => true }
    const other = await testApp({ engine: app().engine, tableName: app().tableName, clock })
    await jsonOf(other.send('POST', `/v1/runs/${run.id}/metadata`, JSON.stringify({ metadata: { [key]: 1 } })), 201)
    const where = encodeURIComponent(`/${key} = 1`)
    const lists = [
      `id=${run.id}`,
      `pipeline=${key}`,
      `name=${run.name}`,
      `where=${where}`,
      `order=/${key}`,
      `nameContains=${run.name}`,
    ]
    const listed = async () =>
      Promise.all(
        lists.map(async (query) => (await jsonOf<{ runs: RunBody[] }>(other.request(`/v1/runs?${query}`))).runs.length),
      )
    expect(await listed()).toEqual(lists.map(() => 1))
    ahead = HOUR + 1000
    expect(await listed()).toEqual(lists.map(() => 0))
    for (const reference of [run.id, run.name, run.name.slice(0, 30), run.id.slice(0, 30)]) {
      for (const call of [
        other.request(`/v1/runs/${reference}`),
        other.request(`/v1/runs/${reference}?at=2999-01-01T00:00:00Z`),
        other.request(`/v1/runs/${reference}/history?key=${key}`),
        other.request(`/v1/runs/${reference}/metadata?key=${key}`, { method: 'DELETE' }),
        log(reference, other),
        patch(reference, { expiresAt: null }, other),
        patch(reference, { name: fresh() }, other),
        other.send('POST', `/v1/runs/${reference}/token`, '{"expiresIn":60}'),
        other.request(`/v1/runs/${reference}`, { method: 'DELETE' }),
      ]) {
        await refusalOf(call, 404, 'run_not_found')
      }
    }
    await refusalOf(other.send('POST', '/v1/runs', JSON.stringify({ id: run.id })), 409, 'id_taken')
    const next = await create({ name: run.name }, other)
    expect(next.id).not.toBe(run.id)
    expect((await jsonOf<RunBody>(app().request(`/v1/runs/${run.name}`))).id).toBe(next.id)
  })

  it('frees the name, which another run can then take', async () => {
    const run = await create({ name: fresh(), expiresAt: later(HOUR) })
    const other = await create({ name: fresh() })
    const future = await inFuture(2 * HOUR)
    expect(await jsonOf(patch(other.id, { name: run.name }, future))).toMatchObject({ id: other.id, name: run.name })
    await refusalOf(future.request(`/v1/runs/${run.id}`), 404, 'run_not_found')
  })

  it('can be postponed or removed in time, also on a server that has cached the old time', async () => {
    const runs = [await create({ expiresAt: later(HOUR) }), await create({ expiresAt: later(HOUR) })]
    let ahead = 0
    const clock = { ...createClock(), now: () => Date.now() + ahead, isSynced: () => true }
    const other = await testApp({ engine: app().engine, tableName: app().tableName, clock })
    for (const { id } of runs) await jsonOf(log(id, other), 201)
    await jsonOf(patch(runs[0]?.id ?? '', { expiresAt: later(3 * HOUR) }))
    await jsonOf(patch(runs[1]?.id ?? '', { expiresAt: null }))
    ahead = 2 * HOUR
    for (const { id } of runs) await jsonOf(log(id, other), 201)
    await createSweeper(app()).sweepIn(2 * HOUR)
    for (const { id } of runs) await jsonOf(other.request(`/v1/runs/${id}`))
    ahead = 4 * HOUR
    await refusalOf(other.request(`/v1/runs/${runs[0]?.id}`), 404, 'run_not_found')
  })

  it('is followed by a sweep that leaves only the id and the time, whatever was logged meanwhile', async () => {
    const run = await create({ name: fresh(), pipeline: 'p', expiresAt: later(HOUR) })
    await jsonOf(log(run.id), 201)
    const large = JSON.stringify({ metadata: { large: 'x'.repeat(700_000) } })
    await jsonOf(app().send('POST', `/v1/runs/${run.id}/metadata`, large), 201)
    const sweeper = createSweeper(app())
    await sweeper.sweepIn(0)
    await jsonOf(app().request(`/v1/runs/${run.id}`))
    await sweeper.sweepIn(HOUR + 1000)
    await refusalOf(app().request(`/v1/runs/${run.id}`), 404, 'run_not_found')
    await sweeper.sweepIn(HOUR + 120_000)
    const left = (await texts(app())).filter(
      ({ pk, text }) => pk.endsWith(run.id) || pk.endsWith(`/name/${run.name}`) || text.includes(run.name),
    )
    expect(left.map(({ pk }) => pk)).toEqual([`default/${run.id}`])
    expect(left[0]?.text).not.toContain(run.name)
    expect(left[0]?.text.length).toBeLessThan(500)
    await refusalOf(app().send('POST', '/v1/runs', JSON.stringify({ id: run.id })), 409, 'id_taken')
    await create({ name: run.name })
  })
}
