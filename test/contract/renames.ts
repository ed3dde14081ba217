import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { jsonOf, type RunBody, refusalOf, testApp } from '../support/app.ts'
import type { Subject } from './suite.ts'

/** `PATCH` with a name. */
export function renames(app: Subject): void {
  const create = async (body: object = {}) => jsonOf<RunBody>(app().send('POST', '/v1/runs', JSON.stringify(body)), 201)
  const patch = (run: string, body: object, to = app()) => to.send('PATCH', `/v1/runs/${run}`, JSON.stringify(body))
  const read = (run: string) => app().request(`/v1/runs/${run}`)
  const log = (run: string, to = app()) => to.send('POST', `/v1/runs/${run}/metadata`, '{"metadata":{"a":1}}')
  const fresh = () => `name-${randomUUID()}`

  it('gives a run another name, and frees the old one immediately', async () => {
    const run = await create({ name: fresh(), pipeline: 'p' })
    const name = fresh()
    await jsonOf(log(run.id), 201)
    const renamed = await jsonOf<RunBody>(patch(run.name, { name, status: 'completed' }))
    expect(renamed).toMatchObject({ id: run.id, name, pipeline: 'p', status: 'completed' })
    await refusalOf(read(run.name), 404, 'run_not_found')
    await refusalOf(log(run.name), 404, 'run_not_found')
    expect(await jsonOf(read(name))).toMatchObject({ id: run.id, name, metadata: { a: 1 } })
    await jsonOf(log(name), 201)
    const other = await create({ name: run.name })
    expect(other.id).not.toBe(run.id)
    expect((await jsonOf<RunBody>(read(run.name))).id).toBe(other.id)
    const listed = async (prefix: string) =>
      (await jsonOf<{ runs: RunBody[] }>(app().request(`/v1/runs?name=${prefix}`))).runs.map(({ id }) => id)
    expect([await listed(name), await listed(run.name)]).toEqual([[run.id], [other.id]])
    expect((await jsonOf<RunBody>(app().send('POST', '/v1/runs', JSON.stringify({ name })))).id).toBe(run.id)
    expect((await jsonOf<RunBody>(read(name.slice(0, 30)))).id).toBe(run.id)
  })

  it('refuses the name of another run, and leaves both as they are', async () => {
    const [one, other] = [await create({ name: fresh() }), await create({ name: fresh() })]
    await refusalOf(patch(one.id, { name: other.name, status: 'failed' }), 409, 'name_taken')
    expect(await jsonOf(read(one.name))).toMatchObject({ id: one.id, status: 'running' })
    expect((await jsonOf<RunBody>(read(other.name))).id).toBe(other.id)
    await refusalOf(patch(one.id, { name: 'a/b' }), 400, 'bad_request')
  })

  it('takes effect once however often it is sent, by id, by the old name and by the new one', async () => {
    const run = await create({ name: fresh() })
    const name = fresh()
    for (const reference of [run.name, run.name, run.id, name]) {
      expect(await jsonOf<RunBody>(patch(reference, { name }))).toMatchObject({ id: run.id, name })
    }
    await refusalOf(patch(fresh(), { name }), 404, 'run_not_found')
  })

  it('can be reverted and repeated, and then the run can be deleted with all its names', async () => {
    const run = await create({ name: fresh() })
    const names = [fresh(), run.name, fresh()]
    for (const name of names) await jsonOf(patch(run.id, { name }))
    expect((await jsonOf<RunBody>(read(names[2] ?? ''))).id).toBe(run.id)
    expect((await app().request(`/v1/runs/${names[2]}`, { method: 'DELETE' })).status).toBe(204)
    for (const name of names) await create({ name })
  })

  it('is visible on a server that has cached the run, by name and in search results', async () => {
    const run = await create({ name: fresh() })
    const other = await testApp({ engine: app().engine, tableName: app().tableName })
    await jsonOf(log(run.name, other), 201)
    const name = fresh()
    await jsonOf(patch(run.id, { name }))
    await refusalOf(log(run.name, other), 404, 'run_not_found')
    await jsonOf(log(name, other), 201)
    // A log with very many keys is recorded on the run.
    const metadata = Object.fromEntries(Array.from({ length: 80 }, (_, n) => [`w${n}`, `${n}-${name}`]))
    await jsonOf(other.send('POST', `/v1/runs/${run.id}/metadata`, JSON.stringify({ metadata })), 201)
    await jsonOf(patch(run.id, { name: fresh() }))
    await jsonOf(
      other.send('POST', `/v1/runs/${run.id}/metadata`, JSON.stringify({ metadata: { ...metadata, w79: 1 } })),
      201,
    )
    const where = encodeURIComponent(`/w79 = "79-${name}"`)
    expect(await jsonOf(app().request(`/v1/runs?where=${where}`))).toMatchObject({ runs: [] })
  })

  it('succeeds for one of many runs that ask for the same name at once, and every run has one name', async () => {
    const runs = await Promise.all(Array.from({ length: 6 }, () => create({ name: fresh() })))
    const name = fresh()
    const replies = await Promise.all(runs.map(({ id }) => patch(id, { name })))
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409])
    const now = await Promise.all(runs.map(({ id }) => jsonOf<RunBody>(read(id))))
    expect(now.filter((run) => run.name === name)).toHaveLength(1)
    for (const run of now) expect((await jsonOf<RunBody>(read(run.name))).id).toBe(run.id)
  })

  it('to many names at once gives the run one of them, and frees the others', async () => {
    const run = await create({ name: fresh() })
    const names = Array.from({ length: 6 }, fresh)
    const replies = await Promise.all(names.map((name) => patch(run.id, { name })))
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
    const { name: last } = await jsonOf<RunBody>(read(run.id))
    expect(names).toContain(last)
    for (const name of [run.name, ...names]) {
      if (name !== last) await refusalOf(read(name), 404, 'run_not_found')
      const again = await jsonOf<RunBody>(
        app().send('POST', '/v1/runs', JSON.stringify({ name })),
        name === last ? 200 : 201,
      )
      expect(again.id === run.id).toBe(name === last)
    }
  })
}
