import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { jsonOf, type RunBody, refusalOf } from '../support/app.ts'
import { CALLS_ON_A_RUN, initOf, requestOf, withParameter } from '../support/calls.ts'
import type { Subject } from './suite.ts'

const ACCEPT_A_PREFIX = CALLS_ON_A_RUN.filter(({ parameters }) => parameters?.includes('run'))

/** `?exact=true` */
export function exact(app: Subject): void {
  const create = async (name: string) => jsonOf<RunBody>(app().send('POST', '/v1/runs', JSON.stringify({ name })), 201)
  const log = (path: string) => app().send('POST', path, '{"metadata":{"a":1}}')

  it('refuses a prefix, in every call that accepts one', async () => {
    const stem = `exact-${randomUUID()}`
    const { id } = await create(`${stem}-10`)
    await jsonOf(log(`/v1/runs/${stem}/metadata`), 201)
    for (const reference of [stem, id.slice(0, 30)]) {
      for (const call of ACCEPT_A_PREFIX) {
        const request = requestOf(call, reference)
        const reply = app().request(withParameter(request.path, 'exact=true'), initOf(request))
        const { detail } = await refusalOf(reply, 404, 'run_not_found')
        expect(detail, call.id).toContain('exact')
      }
    }
    expect((await jsonOf<{ logs: unknown[] }>(app().request(`/v1/runs/${id}/logs`))).logs).toHaveLength(1)
  })

  it('accepts an id and a complete name; false is the default', async () => {
    const { id, name } = await create(`exact-${randomUUID()}`)
    for (const reference of [id, id.toUpperCase(), name]) {
      await jsonOf(log(`/v1/runs/${reference}/metadata?exact=true`), 201)
      expect((await jsonOf<RunBody>(app().request(`/v1/runs/${reference}?exact=true`))).id).toBe(id)
    }
    expect((await jsonOf<RunBody>(app().request(`/v1/runs/${name.slice(0, 30)}?exact=false`))).id).toBe(id)
  })

  it.each(['', '1', 'yes', 'TRUE'])('refuses exact=%s', async (value) => {
    const { id } = await create(`exact-${randomUUID()}`)
    const { detail } = await refusalOf(app().request(`/v1/runs/${id}?exact=${value}`), 400, 'bad_request')
    expect(detail).toBe('exact: must be true or false')
  })
}
