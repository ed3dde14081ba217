import { randomUUID } from 'node:crypto'
import type { Call } from '@runmeta/api/openapi/calls'
import { beforeAll, describe, expect, it } from 'vitest'
import { type FullRunBody, jsonOf, type RunBody, refusalOf } from '../support/app.ts'
import { CALLS_ON_A_RUN, initOf, requestOf } from '../support/calls.ts'
import { by, newKey } from '../support/keys.ts'
import type { Subject } from './suite.ts'

export function projects(app: Subject): void {
  let mine: Record<string, string>
  let theirs: Record<string, string>
  beforeAll(async () => {
    mine = by((await newKey(app(), { role: 'admin', project: `mine-${randomUUID()}` })).key)
    theirs = by((await newKey(app(), { role: 'admin', project: `theirs-${randomUUID()}` })).key)
  })
  const create = (headers: Record<string, string>, body: object, status = 201) =>
    jsonOf<RunBody>(app().send('POST', '/v1/runs', JSON.stringify(body), headers), status)
  const log = (headers: Record<string, string>, run: string, metadata: object) =>
    jsonOf(app().send('POST', `/v1/runs/${run}/metadata`, JSON.stringify({ metadata }), headers), 201)

  /** Everything that a caller sees of a reply. */
  async function told(call: Call, reference: string) {
    const request = requestOf(call, reference)
    const reply = await app().request(request.path, initOf(request, { ...mine, 'x-request-id': 'same' }))
    return { status: reply.status, headers: [...reply.headers], body: await reply.text() }
  }

  it.each(CALLS_ON_A_RUN)('reveal nothing about a run of another project: $id', async (call) => {
    const run = await create(theirs, { name: `their-${randomUUID()}` })
    await log(theirs, run.id, { a: 1 })
    // An existing run, and one that never existed, with references of the same form.
    const pairs = [
      [run.id, randomUUID()],
      [run.id.toUpperCase(), randomUUID().toUpperCase()],
      [run.name, `their-${randomUUID()}`],
      [run.id.slice(0, 20), randomUUID().slice(0, 20)],
      [run.name.slice(0, 30), `their-${randomUUID()}`.slice(0, 30)],
    ] as const
    for (const [there, never] of pairs) {
      const reply = await told(call, there)
      expect(reply.status).toBe(404)
      expect(JSON.parse(reply.body)).toMatchObject({ code: 'run_not_found' })
      expect(reply).toEqual(await told(call, never))
    }
    const kept = await jsonOf<FullRunBody>(app().request(`/v1/runs/${run.id}`, { headers: theirs }))
    expect(kept).toMatchObject({ status: 'running', metadata: { a: 1 } })
  })

  it('reveal nothing about a key of another project', async () => {
    const key = await newKey(app(), { role: 'read' }, theirs)
    const told = async (id: string) => {
      const reply = await app().request(`/v1/keys/${id}`, {
        method: 'DELETE',
        headers: { ...mine, 'x-request-id': 'same' },
      })
      return { status: reply.status, headers: [...reply.headers], body: await reply.text() }
    }
    const reply = await told(key.id)
    expect(JSON.parse(reply.body)).toMatchObject({ code: 'not_found' })
    expect(reply).toEqual(await told('0'.repeat(16)))
    await refusalOf(app().request('/v1/runs/none', { headers: by(key.key) }), 404, 'run_not_found')
  })

  it('have separate ids and names', async () => {
    const body = { id: randomUUID(), name: `same-${randomUUID()}` }
    await create(theirs, { ...body, pipeline: 'theirs' })
    await create(mine, { ...body, pipeline: 'mine' })
    await create(mine, { id: body.id }, 200)
    await log(mine, body.name, { whose: 'mine' })
    await log(theirs, body.id, { whose: 'theirs' })
    for (const [headers, whose] of [
      [mine, 'mine'],
      [theirs, 'theirs'],
    ] as const) {
      for (const reference of [body.id, body.name, body.name.slice(0, 30), body.id.slice(0, 20)]) {
        const run = await jsonOf<FullRunBody>(app().request(`/v1/runs/${reference}`, { headers }))
        expect(run).toMatchObject({ pipeline: whose, metadata: { whose } })
      }
    }
    expect((await app().request(`/v1/runs/${body.id}`, { method: 'DELETE', headers: mine })).status).toBe(204)
    await refusalOf(app().request(`/v1/runs/${body.name}`, { headers: mine }), 404, 'run_not_found')
    await jsonOf(app().request(`/v1/runs/${body.name}`, { headers: theirs }))
  })

  it('resolve a prefix separately', async () => {
    const prefix = `shared-${randomUUID()}`
    const own = await create(mine, { name: `${prefix}-1` })
    for (const n of [2, 3]) await create(theirs, { name: `${prefix}-${n}` })
    expect(await jsonOf(app().request(`/v1/runs/${prefix}`, { headers: mine }))).toMatchObject({ id: own.id })
    const problem = await refusalOf(app().request(`/v1/runs/${prefix}`, { headers: theirs }), 409, 'ambiguous_run')
    expect(problem.candidates).toHaveLength(2)
  })

  describe('of which one name is a prefix of the other', () => {
    it('are separate', async () => {
      const name = `p-${randomUUID()}`
      const [short, long] = await Promise.all(
        [name, `${name}-x`].map(async (project) => by((await newKey(app(), { role: 'log', project })).key)),
      )
      if (short === undefined || long === undefined) throw new Error('two keys were made')
      const run = await create(long, { name: 'only' })
      for (const reference of [run.id, 'only', 'on']) {
        await refusalOf(app().request(`/v1/runs/${reference}`, { headers: short }), 404, 'run_not_found')
      }
    })
  })
}
