import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { setImmediate as immediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { functionUrlEvent, httpApiEvent } from '../lambda/events.ts'
import { call, create, health, log, read, runOf } from './calls.ts'
import type { Environment } from './environment.ts'
import type { Subject } from './subject.ts'

const SOURCES = [
  { source: 'an HTTP API', eventOf: httpApiEvent },
  { source: 'a function URL', eventOf: functionUrlEvent },
]

const DOCUMENT = new URL('../../packages/api/openapi.json', import.meta.url)

export function working(subject: () => Subject): void {
  it('opens a connection during init, and uses it for requests', async () => {
    const { proxy, start } = subject()
    proxy.clear()
    const before = proxy.connections()
    const environment = await start()
    expect(proxy.exchanges.map(({ operation }) => operation)).toEqual(['GetItem'])
    for (let n = 0; n < 5; n++) expect(await health(environment)).toMatchObject({ status: 200 })
    expect(proxy.connections() - before).toBe(1)
  })

  describe.each(SOURCES)('behind $source', ({ eventOf }) => {
    it('answers its first request and later ones', async () => {
      const environment = await subject().start()
      const body = '{"name":"","metadata":{}}'
      const first = await call(environment, { method: 'POST', rawPath: '/v1/runs', body }, eventOf)
      expect(first).toMatchObject({ status: 400 })
      const name = `cold ${randomUUID()}`
      const { id } = runOf(
        await call(environment, { method: 'POST', rawPath: '/v1/runs', body: JSON.stringify({ name }) }, eventOf),
        201,
      )
      const metadata = '{"n":1.0,"é":"🏃","big":123456789012345678901234567890}'
      const rawPath = `/v1/runs/${id}/metadata`
      const logged = await call(environment, { method: 'POST', rawPath, body: `{"metadata":${metadata}}` }, eventOf)
      expect(logged).toMatchObject({ status: 201 })
      const { status, text } = await call(environment, { method: 'GET', rawPath: `/v1/runs/${id}` }, eventOf)
      expect(status).toBe(200)
      expect(text).toContain(`"metadata":${metadata}`)
    })

    it('accepts a body in base64', async () => {
      const environment = await subject().start()
      const name = `base64 ${randomUUID()} 日本`
      const body = Buffer.from(JSON.stringify({ name })).toString('base64')
      const input = { method: 'POST', rawPath: '/v1/runs', body, isBase64Encoded: true }
      expect(runOf(await call(environment, input, eventOf), 201).name).toBe(name)
    })
  })

  it('serves the OpenAPI document from the file beside it', async () => {
    const environment = await subject().start()
    const reply = await call(environment, { method: 'GET', rawPath: '/openapi.json' })
    expect(JSON.parse(reply.text)).toEqual(JSON.parse(await readFile(DOCUMENT, 'utf8')))
  })

  it('compresses a large reply for a caller that accepts gzip', async () => {
    const environment = await subject().start()
    const headers = { 'accept-encoding': 'gzip' }
    const packed = await call(environment, { method: 'GET', rawPath: '/openapi.json', headers })
    const plain = await call(environment, { method: 'GET', rawPath: '/openapi.json' })
    expect([packed.headers.get('content-encoding'), plain.headers.get('content-encoding')]).toEqual(['gzip', null])
    expect(packed.text).toBe(plain.text)
  })

  it('writes one run from two function instances at once, and each reads all of it', async () => {
    const { start } = subject()
    const environments = await Promise.all([start(), start()])
    const name = `two ${randomUUID()}`
    const created = await Promise.all(environments.map((environment) => create(environment, name)))
    expect(created.map(({ status }) => status).sort()).toEqual([200, 201])
    const [id = '', other] = created.map(({ text }): string => JSON.parse(text).id)
    expect(other).toBe(id)

    const write = async (environment: Environment, writer: number) => {
      for (let n = 0; n < 10; n++) {
        const logged = await log(environment, id, { [`${writer}-${n}`]: n, shared: `${writer}-${n}` })
        expect(logged).toMatchObject({ status: 201 })
      }
    }
    await Promise.all(environments.map(write))
    const [one, two] = await Promise.all(environments.map((environment) => read(environment, id)))
    expect(Object.keys(one?.metadata ?? {})).toHaveLength(21)
    expect(two).toEqual(one)
  })

  it('works after a freeze during which the store closed its connections', async () => {
    const { proxy, start } = subject()
    const environment = await start()
    const { id } = runOf(await create(environment, `frozen ${randomUUID()}`), 201)
    for (let freeze = 0; freeze < 3; freeze++) {
      // A name takes several concurrent requests, so several connections become idle.
      await call(environment, { method: 'GET', rawPath: `/v1/runs/${id.slice(0, 8)}` })
      const before = proxy.connections()
      environment.freeze()
      proxy.closeConnections()
      // The event arrives before the process continues, so it sees both at once.
      const logging = log(environment, id, { [`after-${freeze}`]: freeze })
      await immediate()
      environment.thaw()
      expect(await logging).toMatchObject({ status: 201 })
      expect(proxy.connections()).toBeGreaterThan(before)
    }
    expect((await read(environment, id)).metadata).toEqual({ 'after-0': 0, 'after-1': 1, 'after-2': 2 })
  })
}
