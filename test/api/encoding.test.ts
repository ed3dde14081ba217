import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { jsonOf, ROOT_KEY, type TestApp, testApp } from '../support/app.ts'

/** The calls with large replies, for a run named `large`. */
const CALLS = [
  '/v1/runs/large',
  '/v1/runs/large?at=2100-01-01T00:00:00Z',
  '/v1/runs/large/history?key=words',
  '/v1/runs?select=/words',
  '/openapi.json',
  '/docs',
]

describe('a large reply', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await testApp()
    await jsonOf(app.send('POST', '/v1/runs', '{"name":"large"}'), 201)
    await jsonOf(
      app.send('POST', '/v1/runs/large/metadata', JSON.stringify({ metadata: { words: 'word 🏃 '.repeat(2000) } })),
      201,
    )
  })
  const get = (path: string, accepted?: string, headers: Record<string, string> = {}) =>
    app.app.request(path, {
      headers: {
        authorization: `Bearer ${ROOT_KEY}`,
        ...headers,
        ...(accepted === undefined ? {} : { 'accept-encoding': accepted }),
      },
    })

  it.each(CALLS)('of %s is compressed for a caller that accepts gzip, and has the same content', async (path) => {
    const plain = await (await get(path)).text()
    for (const accepted of ['gzip', 'gzip, deflate, br', 'br;q=1, GZIP;q=0.5']) {
      const reply = await get(path, accepted)
      expect([reply.headers.get('content-encoding'), reply.headers.get('vary')]).toEqual(['gzip', 'Accept-Encoding'])
      const bytes = new Uint8Array(await reply.arrayBuffer())
      expect(gunzipSync(bytes).toString()).toBe(plain)
      expect(bytes.byteLength).toBeLessThan(plain.length / 2)
    }
  })

  it.each(CALLS)('of %s is not compressed for others', async (path) => {
    for (const accepted of [undefined, '', 'identity', 'br', 'gzip;q=0', 'gzip;q=0.0, deflate']) {
      const reply = await get(path, accepted)
      expect([reply.headers.get('content-encoding'), reply.headers.get('vary')]).toEqual([null, 'Accept-Encoding'])
      expect((await reply.text()).length).toBeGreaterThan(2048)
    }
  })

  it('has another ETag if it is compressed, and both get a 304 in either encoding', async () => {
    const tagOf = async (accepted?: string) => (await get('/v1/runs/large', accepted)).headers.get('etag') ?? ''
    const tags = [await tagOf(), await tagOf('gzip')]
    expect(new Set(tags).size).toBe(2)
    for (const tag of tags) {
      for (const accepted of [undefined, 'gzip']) {
        const reply = await get('/v1/runs/large', accepted, { 'if-none-match': tag })
        expect([reply.status, reply.headers.get('etag'), reply.headers.get('content-encoding')]).toEqual([
          304,
          tag,
          null,
        ])
      }
    }
  })

  it('to a HEAD has the headers of a GET, and no body', async () => {
    const headers = { authorization: `Bearer ${ROOT_KEY}`, 'accept-encoding': 'gzip' }
    const reply = await app.app.request('/v1/runs/large', { method: 'HEAD', headers })
    const same = await get('/v1/runs/large', 'gzip')
    for (const name of ['etag', 'content-encoding', 'content-type', 'vary'])
      expect([name, reply.headers.get(name)]).toEqual([name, same.headers.get(name)])
    expect(await reply.text()).toBe('')
  })

  it('names both headers in Vary, for a page of another origin', async () => {
    const open = await testApp({ origins: ['https://app.example'], tableName: app.tableName })
    const headers = { authorization: `Bearer ${ROOT_KEY}`, origin: 'https://app.example' }
    const reply = await open.app.request('/v1/runs/large', { headers })
    expect(reply.headers.get('vary')?.split(/, */).sort()).toEqual(['Accept-Encoding', 'Origin'])
  })
})

describe('a reply', () => {
  const logged = async (value: unknown) => {
    const app = await testApp()
    await jsonOf(app.send('POST', '/v1/runs', '{"name":"one"}'), 201)
    await jsonOf(app.send('POST', '/v1/runs/one/metadata', JSON.stringify({ metadata: { value } })), 201)
    return app.request('/v1/runs/one', { headers: { 'accept-encoding': 'gzip' } })
  }

  it('is not compressed if it is small', async () => {
    expect((await logged(1)).headers.get('content-encoding')).toBeNull()
  })

  it('is not compressed if it would not be shorter as base64', async () => {
    const noise = Buffer.from(crypto.getRandomValues(new Uint8Array(60_000))).toString('base64')
    const reply = await logged(noise)
    expect(reply.headers.get('content-encoding')).toBeNull()
    expect(reply.headers.get('etag')).not.toContain('gzip')
  })
})
