import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Serving, serve } from '@runmeta/local/serve'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/openapi.ts'

/** Raw requests that no client library sends. */
const MALFORMED: readonly (readonly [name: string, bytes: string])[] = [
  ['no HTTP at all', 'hello\r\n\r\n'],
  ['an invalid method', 'FROB / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['an invalid version', 'GET / HTTP/9.9\r\nHost: a\r\n\r\n'],
  ['a header without a colon', 'GET / HTTP/1.1\r\nHost a\r\n\r\n'],
  ['headers beyond any bound', `GET /v1/limits HTTP/1.1\r\nHost: a\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`],
  ['two lengths', 'POST /v1/runs HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
  [
    'a length and chunks',
    'POST /v1/runs HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['a chunk without a length', 'POST /v1/runs HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ['an invalid host', 'GET /v1/limits HTTP/1.1\r\nHost: a b\r\n\r\n'],
  ['an invalid target', 'GET limits HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a proxy’s method', 'CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n'],
]

describe('the served process', () => {
  let directory: string
  let serving: Serving
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'runmeta-socket-'))
    serving = await serve({ directory, host: '127.0.0.1', port: 0, tableName: 'runmeta' })
  })
  afterAll(async () => {
    await serving.stop()
    await rm(directory, { recursive: true })
  })

  /** Sends bytes and reads until the server closes, or until the reply is complete. */
  async function exchange(bytes: string): Promise<{ status: number; headers: Headers; body: string }> {
    const socket = connect(Number(new URL(serving.url).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write(bytes)
    let text = ''
    for await (const chunk of socket) {
      text += String(chunk)
      const [head = '', body] = text.split('\r\n\r\n')
      const length = /content-length: (\d+)/i.exec(head)?.[1]
      if (length !== undefined && body !== undefined && Buffer.byteLength(body) >= Number(length)) break
    }
    socket.destroy()
    const [head = '', body = ''] = text.split('\r\n\r\n')
    const [statusLine = '', ...lines] = head.split('\r\n')
    const headers = new Headers(
      lines.map((line): [string, string] => [line.split(':')[0] ?? '', line.slice(line.indexOf(':') + 1)]),
    )
    return { status: Number(statusLine.split(' ')[1]), headers, body }
  }

  it.each(MALFORMED)('answers %s with a problem', async (_, bytes) => {
    const { status, headers, body } = await exchange(bytes)
    expect(status, body).toBe(400)
    await expectDescribed('GET', '/v1/limits', new Response(body, { status, headers }))
    expect(body.endsWith('}\n')).toBe(true)
    expect(JSON.parse(body)).toMatchObject({ code: 'bad_request' })
  })

  it.each([
    ['TRACE', 405],
    ['PROPFIND', 405],
    ['OPTIONS', 405],
  ])('answers %s with a problem', async (method, expected) => {
    const { status, headers, body } = await exchange(`${method} /v1/limits HTTP/1.1\r\nHost: a\r\n\r\n`)
    expect(status).toBe(expected)
    expect(headers.get('allow')).toBe('GET, HEAD')
    expect(JSON.parse(body)).toMatchObject({ code: 'method_not_allowed' })
  })

  it.each([
    ['no host', 'GET /v1/limits HTTP/1.1\r\n\r\n'],
    ['an old version', 'GET /v1/limits HTTP/1.0\r\n\r\n'],
    ['an expectation', 'GET /v1/limits HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n'],
    ['a whole URL', 'GET http://127.0.0.1/v1/limits HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['an offer to upgrade', 'GET /v1/limits HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n'],
  ])('answers a request with %s', async (_, bytes) => {
    expect(await exchange(bytes)).toMatchObject({ status: 200 })
  })

  it('refuses a body by its Content-Length before it is sent', async () => {
    const head = 'POST /v1/runs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n'
    const bytes = `${head}Authorization: Bearer ${serving.rootKey.key}\r\nContent-Length: 5000000\r\n\r\n{`
    const { status, body } = await exchange(bytes)
    expect(status).toBe(413)
    expect(body).toMatch(/5000000.*4194304/)
  })

  it('accepts a body in chunks', async () => {
    const head = 'POST /v1/runs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n'
    const bytes = `${head}Authorization: Bearer ${serving.rootKey.key}\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n`
    expect(await exchange(bytes)).toMatchObject({ status: 201 })
  })

  /** Sends bytes and reads until the server closes. */
  async function repliesTo(bytes: string): Promise<string[]> {
    const socket = connect(Number(new URL(serving.url).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write(bytes)
    const text = Buffer.concat(await socket.toArray()).toString()
    return text.split(/(?=HTTP\/1\.1 \d)/).map((reply) => reply.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length))
  }

  it('answers a complete request before the malformed one after it', async () => {
    const body = '{"name":"before-a-stray-byte"}'
    const head = `POST /v1/runs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`
    const bytes = `${head}Authorization: Bearer ${serving.rootKey.key}\r\n\r\n${body}X`
    expect(await repliesTo(bytes)).toEqual(['201', '400'])
    expect(await repliesTo('GET /v1/health HTTP/1.1\r\nHost: a\r\n\r\ngarbage\r\n\r\n')).toEqual(['200', '400'])
  })

  it('keeps the caller’s request id if the target is no valid URL', async () => {
    const { status, headers } = await exchange('OPTIONS * HTTP/1.1\r\nHost: a\r\nX-Request-Id: mine-1\r\n\r\n')
    expect({ status, id: headers.get('x-request-id') }).toEqual({ status: 400, id: 'mine-1' })
  })

  it('refuses a body that is too large, whenever it is sent', async () => {
    const headers = { authorization: `Bearer ${serving.rootKey.key}`, 'content-type': 'application/json' }
    for (let n = 0; n < 20; n++) {
      const body = ' '.repeat(4_200_000)
      const reply = await fetch(`${serving.url}/v1/runs`, { method: 'POST', headers, body })
      expect(reply.status).toBe(413)
      expect(await reply.text()).toContain('4194304')
    }
  })

  it.each([
    ['too large', 413, '8000000', {}],
    ['too large, on a connection that stays open', 413, '8000000', { connection: 'keep-alive' }],
    ['without a key', 401, '4000000', { authorization: 'Bearer rmk_none' }],
    ['no JSON', 415, '4000000', { 'content-type': 'text/plain' }],
  ])('does not reset a client while it sends a body that is %s', async (_, status, size, more) => {
    const headers = {
      host: 'a',
      connection: 'close',
      authorization: `Bearer ${serving.rootKey.key}`,
      'content-type': 'application/json',
      ...more,
      'content-length': size,
    }
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const socket = connect({ port: Number(new URL(serving.url).port), host: '127.0.0.1', allowHalfOpen: true })
    const closed = once(socket, 'close')
    socket.write(`POST /v1/runs HTTP/1.1\r\n${head.join('')}\r\n`)
    let text = ''
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) text += String(chunk)
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    for (let left = Number(size); left > 0; left -= 100_000) {
      await new Promise<void>((resolve, reject) => {
        socket.write(Buffer.alloc(100_000, ' '), (error) => (error ? reject(error) : resolve()))
      })
    }
    socket.end()
    expect(await closed).toEqual([false])
  })

  it('survives a client that disconnects in the middle of its body', async () => {
    const socket = connect(Number(new URL(serving.url).port), '127.0.0.1')
    await once(socket, 'connect')
    const head = 'POST /v1/runs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n'
    socket.write(`${head}Authorization: Bearer ${serving.rootKey.key}\r\n\r\n{"name`)
    socket.destroy()
    await once(socket, 'close')
    expect(await exchange('GET /v1/health HTTP/1.1\r\nHost: a\r\n\r\n')).toMatchObject({ status: 200 })
  })
})
