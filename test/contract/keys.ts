import { randomUUID } from 'node:crypto'
import { createClock } from '@runmeta/core/table/clock'
import { describe, expect, it } from 'vitest'
import { jsonOf, type RunBody, refusalOf, type TestApp, testApp } from '../support/app.ts'
import { by, type KeyBody, newKey, type Role, revokeKey } from '../support/keys.ts'
import { texts } from '../support/raw.ts'
import type { Subject } from './suite.ts'

/** Another server over the same table, whose clock can be advanced. */
export async function otherServer(app: TestApp, options: Parameters<typeof testApp>[0] = {}) {
  let ahead = 0
  const clock = createClock({ wallClock: () => Date.now() + ahead, monotonic: () => performance.now() })
  const inner = { ...clock, now: () => Date.now() + ahead }
  const server = await testApp({ engine: app.engine, tableName: app.tableName, clock: inner, ...options })
  return {
    server,
    /** Advances the clock of this server. */
    later: (ms: number) => {
      ahead += ms
    },
  }
}

const BAD_BODIES: readonly (readonly [field: string, body: object])[] = [
  ['role', {}],
  ['role', { role: 'owner' }],
  ['role', { role: null }],
  ['project', { role: 'read', project: '' }],
  ['project', { role: 'read', project: 'Upper' }],
  ['project', { role: 'read', project: 'a/b' }],
  ['project', { role: 'read', project: 'a#b' }],
  ['project', { role: 'read', project: 'a\n' }],
  ['project', { role: 'read', project: 'a'.repeat(65) }],
  ['project', { role: 'root', project: 'other' }],
  ['name', { role: 'read', name: '' }],
  ['name', { role: 'read', name: 'a\u0000' }],
  ['name', { role: 'read', name: 'a'.repeat(256) }],
  ['expiresAt', { role: 'read', expiresAt: 'tomorrow' }],
  ['expiresAt', { role: 'read', expiresAt: '2020-01-01T00:00:00Z' }],
]

/** Each role, with the roles of the keys that it can create. */
const MAY_MAKE: readonly (readonly [Role, readonly Role[]])[] = [
  ['read', []],
  ['log', []],
  ['admin', ['read', 'log', 'admin']],
  ['root', ['read', 'log', 'admin', 'root']],
]

export function keys(app: Subject): void {
  const project = () => `p-${randomUUID()}`
  const list = async (headers: Record<string, string> = {}) =>
    (await jsonOf<{ keys: KeyBody[] }>(app().request('/v1/keys', { headers }))).keys
  const listed = async (id: string, headers: Record<string, string> = {}) =>
    (await list(headers)).find((key) => key.id === id)
  const create = (headers: Record<string, string>, body: object = {}) =>
    jsonOf<RunBody>(app().send('POST', '/v1/runs', JSON.stringify(body), headers), 201)

  describe('a new key', () => {
    it('is shown once, with its project and role, and works immediately in a new project', async () => {
      const body = { role: 'admin', project: project(), name: 'deploy 🚀', expiresAt: '2100-01-31T12:00:00+01:00' }
      const reply = await app().send('POST', '/v1/keys', JSON.stringify(body))
      expect(reply.headers.get('cache-control')).toBe('no-store')
      const made = await jsonOf<KeyBody & { key: string }>(reply, 201)
      const expiresAt = '2100-01-31T11:00:00.000Z'
      expect(made).toEqual({ ...body, expiresAt, id: made.id, key: made.key, createdAt: made.createdAt })
      expect(made.key).toMatch(new RegExp(`^rmk_${made.id}_[0-9a-f]{64}$`))
      const run = await create(by(made.key), { name: 'first' })
      expect(await jsonOf(app().request('/v1/runs/first', { headers: by(made.key) }))).toMatchObject({ id: run.id })
      await expect.poll(() => listed(made.id)).toBeDefined()
      expect(JSON.stringify(await list())).not.toContain(made.key)
      const { key: _, ...shown } = made
      expect(await listed(made.id)).toEqual(shown)
    })

    it('has the project of the key that creates it, and a default name with its role', async () => {
      expect(await newKey(app(), { role: 'log' })).toMatchObject({ project: 'default', name: /^log-[0-9a-f]{6}$/ })
      const admin = await newKey(app(), { role: 'admin', project: project() })
      const made = await newKey(app(), { role: 'read' }, by(admin.key))
      expect(made).toMatchObject({ project: admin.project, role: 'read' })
      expect(made).not.toHaveProperty('expiresAt')
    })

    it('is kept as a hash', async () => {
      const { id, key } = await newKey(app(), { role: 'read' })
      const bytes = (await texts(app())).map(({ text }) => text).join('\n')
      expect(bytes).toContain(id)
      expect(bytes).not.toContain(key.slice(-64))
    })

    it.each(BAD_BODIES)('names the invalid field %s: %j', async (field, body) => {
      const problem = await refusalOf(app().send('POST', '/v1/keys', JSON.stringify(body)), 400, 'bad_request')
      expect(problem.detail).toMatch(new RegExp(`^${field}: `))
    })

    it.each(MAY_MAKE)('can be created with a key of the role %s for the roles %j', async (role, may) => {
      const maker = await newKey(app(), role === 'root' ? { role } : { role, project: project() })
      for (const wanted of ['read', 'log', 'admin', 'root'] as const) {
        const reply = await app().send('POST', '/v1/keys', JSON.stringify({ role: wanted }), by(maker.key))
        if (may.includes(wanted)) expect((await jsonOf<KeyBody>(reply, 201)).project).toBe(maker.project)
        else expect((await refusalOf(reply, 403, 'forbidden')).detail).toMatch(/role (admin|root)/)
      }
    })

    it('can be created for another project only with a root key', async () => {
      const [own, other] = [project(), project()]
      const admin = await newKey(app(), { role: 'admin', project: own })
      for (const named of [own, other]) {
        const body = JSON.stringify({ role: 'read', project: named })
        const { detail } = await refusalOf(app().send('POST', '/v1/keys', body, by(admin.key)), 403, 'forbidden')
        expect(detail).toMatch(/^project: .*role root/)
      }
      const root = await newKey(app(), { role: 'root' })
      expect(await newKey(app(), { role: 'read', project: other }, by(root.key))).toMatchObject({ project: other })
    })
  })

  describe('a list of keys', () => {
    it('shows an admin the keys of the project, newest first, and root those of all projects', async () => {
      const [own, other] = [project(), project()]
      const admin = await newKey(app(), { role: 'admin', project: own })
      const second = await newKey(app(), { role: 'read' }, by(admin.key))
      // Keys of projects whose names are prefixes of each other.
      const strangers = [
        await newKey(app(), { role: 'read', project: other }),
        await newKey(app(), { role: 'read', project: `${own}-x` }),
      ]
      await expect.poll(async () => (await list(by(admin.key))).length).toBe(2)
      const shown = await list(by(admin.key))
      expect(new Set(shown.map(({ id }) => id))).toEqual(new Set([admin.id, second.id]))
      expect(shown.map(({ createdAt }) => createdAt)).toEqual(
        shown
          .map(({ createdAt }) => createdAt)
          .sort()
          .reverse(),
      )
      for (const { id } of [admin, second, ...strangers]) await expect.poll(() => listed(id)).toBeDefined()
    })

    it('is complete even if the store needs several pages', async () => {
      const admin = await newKey(app(), { role: 'admin', project: project() })
      const few = Array.from({ length: 10 })
      // A few at a time, because the slowest engine would take too long for all at once.
      for (const _ of few) await Promise.all(few.map(() => newKey(app(), { role: 'read' }, by(admin.key))))
      await expect.poll(async () => new Set((await list(by(admin.key))).map(({ id }) => id)).size).toBe(101)
    })

    it('hides root keys from an admin of the project default, who cannot revoke them', async () => {
      const admin = await newKey(app(), { role: 'admin' })
      const root = await newKey(app(), { role: 'root' })
      await expect.poll(() => listed(admin.id, by(admin.key))).toBeDefined()
      await expect.poll(() => listed(root.id)).toBeDefined()
      expect(await listed(root.id, by(admin.key))).toBeUndefined()
      await refusalOf(revokeKey(app(), root.id, by(admin.key)), 404, 'not_found')
      expect(await list(by(root.key))).not.toEqual([])
    })
  })

  describe('a key that was revoked', () => {
    it('is refused immediately by the same server, and no longer listed', async () => {
      const { id, key } = await newKey(app(), { role: 'log' })
      await create(by(key))
      expect((await revokeKey(app(), id)).status).toBe(204)
      await refusalOf(app().send('POST', '/v1/runs', '{}', by(key)), 401, 'unauthorized')
      await refusalOf(revokeKey(app(), id), 404, 'not_found')
      await expect.poll(() => listed(id)).toBeUndefined()
    })

    it('is refused within a minute by a server that has cached it', async () => {
      const { id, key } = await newKey(app(), { role: 'log' })
      const { server, later } = await otherServer(app())
      const ask = () => server.request('/v1/runs/none', { headers: by(key) })
      await refusalOf(ask(), 404, 'run_not_found')
      await revokeKey(app(), id)
      later(59_000)
      await refusalOf(ask(), 401, 'unauthorized')
    })

    it('is refused by a server whose clock was set back meanwhile', async () => {
      const { id, key } = await newKey(app(), { role: 'log' })
      const { server, later } = await otherServer(app())
      const ask = () => server.request('/v1/runs/none', { headers: by(key) })
      await refusalOf(ask(), 404, 'run_not_found')
      await revokeKey(app(), id)
      later(-5000)
      await refusalOf(ask(), 401, 'unauthorized')
    })

    it('is revoked once if many requests ask for it, and not found afterwards', async () => {
      const { id } = await newKey(app(), { role: 'read' })
      const replies = await Promise.all(Array.from({ length: 8 }, () => revokeKey(app(), id)))
      for (const { status } of replies) expect([204, 404]).toContain(status)
      expect(replies.some(({ status }) => status === 204)).toBe(true)
    })

    it('can be the caller’s own', async () => {
      const admin = await newKey(app(), { role: 'admin', project: project() })
      expect((await revokeKey(app(), admin.id, by(admin.key))).status).toBe(204)
      await refusalOf(revokeKey(app(), admin.id, by(admin.key)), 401, 'unauthorized')
    })

    it('keeps its name in the history', async () => {
      const { id, key, name } = await newKey(app(), { role: 'log', name: 'the old one' })
      const run = await create(by(key))
      const body = '{"metadata":{"a":1}}'
      await jsonOf(app().send('POST', `/v1/runs/${run.id}/metadata`, body, by(key)), 201)
      await revokeKey(app(), id)
      const history = await jsonOf(app().request(`/v1/runs/${run.id}/history?key=a`))
      expect(history).toMatchObject({ entries: [{ by: { key: { id, name } } }] })
      expect(JSON.stringify(history)).not.toContain('token')
    })
  })

  it('are refused from their expiry on', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    const { key } = await newKey(app(), { role: 'read', expiresAt })
    const { server, later } = await otherServer(app())
    const ask = () => server.request('/v1/runs/none', { headers: by(key) })
    await refusalOf(ask(), 404, 'run_not_found')
    later(3_600_000)
    expect((await refusalOf(ask(), 401, 'unauthorized')).detail).toContain('expired')
  })

  it('get the same refusal if they are malformed, unknown or have another secret', async () => {
    const { id, key } = await newKey(app(), { role: 'root' })
    const other = await newKey(app(), { role: 'root' })
    const wrong = [
      `rmk_${id}_${other.key.slice(-64)}`,
      `rmk_${id}_${'0'.repeat(64)}`,
      `rmk_${'0'.repeat(16)}_${key.slice(-64)}`,
      key.slice(0, -1),
      `${key}0`,
      key.toUpperCase(),
      id,
      'root',
      'rmk_root_x',
    ]
    const bodies = new Set<string>()
    for (const text of wrong) {
      const reply = await app().request('/v1/runs/none', { headers: { ...by(text), 'x-request-id': 'same' } })
      expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/)
      bodies.add(await reply.text())
    }
    expect([...bodies].map((body) => JSON.parse(body))).toEqual([expect.objectContaining({ code: 'unauthorized' })])
  })

  it.each(['x', 'root', '0'.repeat(16), 'é', '..%2f', `${'0'.repeat(16)}%00`])(
    'are not found by an unknown id: %s',
    async (id) => {
      await refusalOf(revokeKey(app(), id), 404, 'not_found')
    },
  )
}
