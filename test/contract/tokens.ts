import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { jsonOf, ROOT_KEY, type RunBody, refusalOf, type TestApp, testApp } from '../support/app.ts'
import { by, type CreatedKeyBody, newKey, newToken, revokeKey } from '../support/keys.ts'
import { otherServer } from './keys.ts'
import type { Subject } from './suite.ts'

const [OLD, NEW] = ['the-old-signing-key-0123456789abcdef', 'the-new-signing-key-0123456789abcdef']

export function tokens(app: Subject): void {
  let key: CreatedKeyBody
  let headers: Record<string, string>
  beforeAll(async () => {
    key = await newKey(app(), { role: 'log', project: `t-${randomUUID()}`, name: 'trainer' })
    headers = by(key.key)
  })
  const create = (body: object = { name: `token-${randomUUID()}` }) =>
    jsonOf<RunBody>(app().send('POST', '/v1/runs', JSON.stringify(body), headers), 201)
  const log = (token: string, run: string, to: TestApp = app(), metadata: object = { a: 1 }) =>
    to.send('POST', `/v1/runs/${run}/metadata`, JSON.stringify({ metadata }), by(token))

  it('log to their run, on behalf of the key that issued them', async () => {
    const run = await create()
    const before = Date.now()
    const reply = await app().send('POST', `/v1/runs/${run.name}/token`, '{"expiresIn":600}', headers)
    expect(reply.headers.get('cache-control')).toBe('no-store')
    const { token, expiresAt } = await jsonOf<{ token: string; expiresAt: string }>(reply, 201)
    expect(token).toMatch(/^rmt_/)
    const issuedAt = Date.parse(expiresAt) - 600_000
    expect(issuedAt).toBeGreaterThan(before - 10_000)
    expect(issuedAt).toBeLessThan(Date.now() + 10_000)
    expect(await jsonOf(log(token, run.id), 201)).toMatchObject({ run: { id: run.id, name: run.name } })
    await jsonOf(app().send('POST', `/v1/runs/${run.id}/metadata`, '{"metadata":{"a":0}}', headers), 201)
    const history = await jsonOf(app().request(`/v1/runs/${run.id}/history?key=a`, { headers }))
    const issuer = { id: key.id, name: 'trainer' }
    expect(history).toMatchObject({ entries: [{ value: 0 }, { value: 1, by: { key: issuer, token: true } }] })
    expect(JSON.stringify(history).match(/token/g)).toHaveLength(1)
  })

  it('log to a step, with an idempotency key, and large logs, like a key', async () => {
    const run = await create()
    const { token } = await newToken(app(), run.id, 60, headers)
    const body = JSON.stringify({ metadata: { text: 'x'.repeat(900_000) }, step: 'train' })
    const send = () =>
      app().send('POST', `/v1/runs/${run.id}/metadata`, body, { ...by(token), 'idempotency-key': 'one' })
    expect(await jsonOf(send(), 201)).toEqual(await jsonOf(send(), 201))
  })

  it('accept their run’s id in any spelling, and no name or prefix', async () => {
    const run = await create()
    const { token } = await newToken(app(), run.id, 60, headers)
    for (const id of [run.id.toUpperCase(), run.id.replaceAll('-', '')]) await jsonOf(log(token, id), 201)
    for (const reference of [run.name, run.id.slice(0, 20), run.name.slice(0, 20), (await create()).id, randomUUID()]) {
      expect((await refusalOf(log(token, reference), 403, 'forbidden')).detail).toContain('by its id')
    }
  })

  it('do not log to another run after theirs is deleted, whatever its name', async () => {
    const run = await create()
    const { token } = await newToken(app(), run.id, 60, headers)
    await create({ name: run.id })
    expect((await app().request(`/v1/runs/${run.id}`, { method: 'DELETE', headers: by(await admin()) })).status).toBe(
      204,
    )
    await refusalOf(log(token, run.id), 404, 'run_not_found')
  })
  const admin = async () => (await newKey(app(), { role: 'admin', project: key.project })).key

  it('are refused by all other calls', async () => {
    const run = await create()
    const token = by((await newToken(app(), run.id, 60, headers)).token)
    const calls: readonly (readonly [method: string, path: string, body?: string])[] = [
      ['POST', '/v1/runs', '{}'],
      ['GET', `/v1/runs/${run.id}`],
      ['HEAD', `/v1/runs/${run.id}`],
      ['PATCH', `/v1/runs/${run.id}`, '{"status":"failed"}'],
      ['DELETE', `/v1/runs/${run.id}`],
      ['DELETE', `/v1/runs/${run.id}/metadata?key=a`],
      ['GET', `/v1/runs/${run.id}/history?key=a`],
      ['POST', `/v1/runs/${run.id}/token`, '{"expiresIn":60}'],
      ['POST', '/v1/keys', '{"role":"read"}'],
      ['GET', '/v1/keys'],
      ['DELETE', `/v1/keys/${key.id}`],
    ]
    for (const [method, path, body] of calls) {
      const reply = await (body === undefined
        ? app().request(path, { method, headers: token })
        : app().send(method, path, body, token))
      expect(reply.status, `${method} ${path}`).toBe(403)
    }
  })

  it.each([59, 604_801, 60.5, -60, '60', null, undefined])('cannot be valid for %j seconds', async (expiresIn) => {
    const run = await create()
    const reply = app().send('POST', `/v1/runs/${run.id}/token`, JSON.stringify({ expiresIn }), headers)
    expect((await refusalOf(reply, 400, 'bad_request')).detail).toMatch(/^expiresIn: .*60 to 604800/)
  })

  it('require the exact id or name of an existing run', async () => {
    const run = await create()
    const send = (reference: string) => app().send('POST', `/v1/runs/${reference}/token`, '{"expiresIn":60}', headers)
    await jsonOf(send(run.name), 201)
    for (const prefix of [run.name.slice(0, 20), run.id.slice(0, 20)]) {
      expect((await refusalOf(send(prefix), 404, 'run_not_found')).detail).toContain('prefix')
    }
    await refusalOf(send(randomUUID()), 404, 'run_not_found')
  })

  describe('are refused', () => {
    it('from their expiry on', async () => {
      const run = await create()
      const { token } = await newToken(app(), run.id, 3600, headers)
      const { server, later } = await otherServer(app())
      await jsonOf(log(token, run.id, server), 201)
      later(3_601_000)
      expect((await refusalOf(log(token, run.id, server), 401, 'unauthorized')).detail).toContain('expired')
    })

    it('if any part of them was changed', async () => {
      const run = await create()
      const other = await create()
      const { token } = await newToken(app(), run.id, 60, headers)
      const [, keyId = '', place = '', expiry = '', signature = ''] = token.split('_')
      const flipped = (signature.startsWith('0') ? '1' : '0') + signature.slice(1)
      const forged = [
        `rmt_${keyId}_${other.id.replaceAll('-', '')}_${expiry}_${signature}`,
        `rmt_${keyId}_${place}_${Number(expiry) + 1}_${signature}`,
        `rmt_root_${place}_${expiry}_${signature}`,
        `rmt_${'0'.repeat(16)}_${place}_${expiry}_${signature}`,
        `rmt_${keyId}_${place}_${expiry}_${flipped}`,
        `rmt_${keyId}_${place}_${expiry}_`,
        `rmt_${keyId}_${place}_${expiry}`,
        `${token}0`,
        token.toUpperCase(),
        token.replace('rmt_', 'rmk_'),
        'rmt_',
      ]
      for (const text of forged) {
        for (const { id } of [run, other]) {
          const reply = await log(text, id)
          expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/)
          await refusalOf(reply, 401, 'unauthorized')
        }
      }
      await jsonOf(log(token, run.id), 201)
    })

    it('if the key that issued them was revoked: immediately here, elsewhere within a minute', async () => {
      const issuer = await newKey(app(), { role: 'log', project: key.project })
      const run = await create()
      const { token } = await newToken(app(), run.id, 3600, by(issuer.key))
      const { server, later } = await otherServer(app())
      for (const on of [app(), server]) await jsonOf(log(token, run.id, on), 201)
      await revokeKey(app(), issuer.id)
      await refusalOf(log(token, run.id), 401, 'unauthorized')
      later(59_000)
      await refusalOf(log(token, run.id, server), 401, 'unauthorized')
    })

    it('from the expiry of the key that issued them, which limits their own', async () => {
      const expiresAt = new Date(Date.now() + 120_000).toISOString()
      const issuer = await newKey(app(), { role: 'log', project: key.project, expiresAt })
      const run = await create()
      const made = await newToken(app(), run.id, 3600, by(issuer.key))
      expect(made.expiresAt).toBe(expiresAt)
      const { server, later } = await otherServer(app())
      await jsonOf(log(made.token, run.id, server), 201)
      later(121_000)
      await refusalOf(log(made.token, run.id, server), 401, 'unauthorized')
    })

    it('if the root key that issued them was changed', async () => {
      const run = await jsonOf<RunBody>(app().send('POST', '/v1/runs', '{}'), 201)
      const { token } = await newToken(app(), run.id, 60)
      const same = await testApp({ engine: app().engine, tableName: app().tableName, rootKey: ROOT_KEY })
      await jsonOf(log(token, run.id, same), 201)
      const rootKey = 'another-root-key-of-the-settings'
      const changed = await testApp({ engine: app().engine, tableName: app().tableName, rootKey })
      await refusalOf(log(token, run.id, changed), 401, 'unauthorized')
    })
  })

  it('stay valid after a rotation of the signing key until the old one is removed', async () => {
    const on = (signingKeys: readonly string[]) =>
      testApp({ engine: app().engine, tableName: app().tableName, signingKeys })
    const [before, between, after] = [await on([OLD]), await on([NEW, OLD]), await on([NEW])]
    const run = await create()
    const first = (await newToken(before, run.id, 60, headers)).token
    const second = (await newToken(between, run.id, 60, headers)).token
    const [good, refused] = [201, 401]
    const rows = [
      [first, before, good],
      [first, between, good],
      [first, after, refused],
      [second, before, refused],
      [second, between, good],
      [second, after, good],
    ] as const
    for (const [token, server, status] of rows) expect((await log(token, run.id, server)).status).toBe(status)
  })
}
