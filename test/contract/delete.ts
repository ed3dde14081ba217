import { randomBytes, randomUUID } from 'node:crypto'
import { SETTLE_MS } from '@runmeta/core/maintenance/sweep'
import { createClock } from '@runmeta/core/table/clock'
import { describe, expect, it } from 'vitest'
import { jsonOf, type RunBody, refusalOf, testApp } from '../support/app.ts'
import { texts } from '../support/raw.ts'
import { createSweeper } from '../support/sweep.ts'
import type { Subject } from './suite.ts'

export function deletion(app: Subject): void {
  const create = async (body: object = { name: `gone-${randomUUID()}` }) =>
    jsonOf<RunBody>(app().send('POST', '/v1/runs', JSON.stringify(body)), 201)
  const log = (run: string, metadata: object) =>
    app().send('POST', `/v1/runs/${run}/metadata`, JSON.stringify({ metadata }))
  const remove = (run: string) => app().request(`/v1/runs/${encodeURIComponent(run)}`, { method: 'DELETE' })
  const ask = (path: string) => app().request(`/v1/runs/${path}`)

  /** The items of a run, read without the code under test. */
  const stored = async ({ id, name }: RunBody) =>
    (await texts(app())).filter(({ pk }) => pk.endsWith(id) || pk.endsWith(`/name/${name}`))

  /** Sweeps as it would this many milliseconds from now. */
  const sweepIn = async (ms: number): Promise<number> => (await createSweeper(app()).sweepIn(ms)).finished

  it('makes the run unreadable by id, name and prefix', async () => {
    const run = await create()
    await jsonOf(log(run.id, { a: 1 }), 201)
    expect((await remove(run.name)).status).toBe(204)
    for (const reference of [run.id, run.name, run.id.slice(0, 20), run.name.slice(0, 20)]) {
      await refusalOf(ask(reference), 404, 'run_not_found')
      await refusalOf(ask(`${reference}/history?key=a`), 404, 'run_not_found')
      await refusalOf(log(reference, { a: 1 }), 404, 'run_not_found')
    }
    await refusalOf(remove(run.id), 404, 'run_not_found')
  })

  it('frees the name, but never the id', async () => {
    const run = await create()
    await remove(run.id)
    await refusalOf(app().send('POST', '/v1/runs', JSON.stringify({ id: run.id })), 409, 'id_taken')
    const body = JSON.stringify({ id: run.id, name: run.name })
    await refusalOf(app().send('POST', '/v1/runs', body), 409, 'id_taken')
    const again = await create({ name: run.name })
    expect(again.id).not.toBe(run.id)
    await sweepIn(SETTLE_MS + 1000)
    await refusalOf(app().send('POST', '/v1/runs', JSON.stringify({ id: run.id })), 409, 'id_taken')
    expect((await jsonOf<RunBody>(ask(run.name))).id).toBe(again.id)
  })

  it('requires an exact id or name, and says so', async () => {
    const run = await create()
    for (const prefix of [run.id.slice(0, 30), run.name.slice(0, 30)]) {
      const problem = await refusalOf(remove(prefix), 404, 'run_not_found')
      expect(problem.detail).toContain('prefix')
    }
    await jsonOf(ask(run.id))
  })

  it('leaves only the tombstone, with the id and the time', async () => {
    const run = await create({ name: `bytes-${randomUUID()}`, pipeline: 'secret', index: false })
    for (let n = 0; n < 60; n++) await jsonOf(log(run.id, { [`k${n}`]: n }), 201)
    await jsonOf(log(run.id, { large: randomBytes(700_000).toString('base64') }), 201)
    await remove(run.id)
    expect(await sweepIn(0)).toBe(0)
    expect(await sweepIn(SETTLE_MS + 1000)).toBeGreaterThan(0)
    const [tombstone, ...others] = await stored(run)
    expect(others).toEqual([])
    expect(tombstone?.text).toMatch(/deletedAt.*\d{4}-\d\d-\d\dT[\d:.]+Z/s)
    for (const gone of [run.name, 'secret', 'running', run.createdAt]) expect(tombstone?.text).not.toContain(gone)
  })

  it('also removes logs that are written meanwhile', async () => {
    const run = await create()
    let isGone = false
    const writers = Array.from({ length: 8 }, async (_, n) => {
      for (let count = 0; !isGone && count < 200; count++) await (await log(run.id, { [`k${n}`]: count })).text()
    })
    await log(run.id, { a: 1 })
    expect((await remove(run.id)).status).toBe(204)
    isGone = true
    await Promise.all(writers)
    await refusalOf(ask(run.id), 404, 'run_not_found')
    await sweepIn(SETTLE_MS + 1000)
    expect(await stored(run)).toHaveLength(1)
  })

  it('happens once if many concurrent requests ask for it', async () => {
    // With a stopped clock: deletions of the same millisecond must be distinguished.
    const now = Date.now()
    const clock = { ...createClock(), now: () => now }
    const still = await testApp({ engine: app().engine, tableName: app().tableName, clock })
    const run = await create()
    const deletions = Array.from({ length: 8 }, () => still.request(`/v1/runs/${run.name}`, { method: 'DELETE' }))
    const replies = await Promise.all(deletions)
    expect(replies.filter(({ status }) => status === 204)).toHaveLength(1)
    for (const reply of replies.filter(({ status }) => status !== 204)) await refusalOf(reply, 404, 'run_not_found')
  })

  describe('a change', () => {
    it('does not restore a deleted run', async () => {
      const run = await create()
      const [change] = await Promise.all([
        app().send('PATCH', `/v1/runs/${run.id}`, '{"status":"completed"}'),
        remove(run.id),
      ])
      expect([200, 404]).toContain(change.status)
      await refusalOf(ask(run.id), 404, 'run_not_found')
      await refusalOf(app().send('PATCH', `/v1/runs/${run.id}`, '{"status":"failed"}'), 404, 'run_not_found')
    })
  })
}
