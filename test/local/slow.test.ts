import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, type Socket } from 'node:net'
import { createHttpServer, type Timeouts } from '@runmeta/local/http'
import { Hono } from 'hono'
import { afterEach, describe, expect, it } from 'vitest'
import { ROOT_KEY, testApp } from '../support/app.ts'
import { expectDescribed } from '../support/openapi.ts'

/** Longer than any test takes, in milliseconds, so that only the time-out that a test shortens ends a connection. */
const NEVER = 300_000
const NEVER_TIMES_OUT: Timeouts = { headers: NEVER, request: NEVER, inactivity: NEVER, exchange: NEVER, idle: NEVER }

const HEAD = `POST /v1/runs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer ${ROOT_KEY}\r\n`

describe('a slow client', () => {
  const ends: (() => void)[] = []
  /** The server's end of the last connection; a client that does not read cannot see that it is closed. */
  let lastClosed: () => Promise<unknown> = async () => undefined
  afterEach(() => {
    for (const end of ends.splice(0)) end()
  })

  async function serverOf(
    timeouts: Partial<Timeouts>,
    app?: { fetch(request: Request): Response | Promise<Response> },
  ) {
    const server = createHttpServer(app ?? (await testApp()).app, { ...NEVER_TIMES_OUT, ...timeouts })
    server.on('connection', (socket) => {
      const closed = once(socket, 'close')
      lastClosed = () => closed
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    ends.push(() => {
      server.closeAllConnections()
      server.close()
    })
    return async (): Promise<Socket> => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      return socket
    }
  }

  /** Everything that the server sends before it closes the connection. */
  const restOf = async (socket: Socket): Promise<string> => Buffer.concat(await socket.toArray()).toString()

  async function expectSlow(text: string): Promise<void> {
    const [head = '', body = ''] = text.split('\r\n\r\n')
    const [statusLine = '', ...lines] = head.split('\r\n')
    const headers = new Headers(
      lines.map((line): [string, string] => [line.split(':')[0] ?? '', line.slice(line.indexOf(':') + 1)]),
    )
    expect(statusLine).toBe('HTTP/1.1 400 Bad Request')
    expect(headers.get('connection')).toBe('close')
    await expectDescribed('POST', '/v1/runs', new Response(body, { status: 400, headers }))
    expect(JSON.parse(body)).toMatchObject({ code: 'bad_request', detail: expect.stringContaining('timed out') })
  }

  it.each([
    ['sends nothing', ''],
    ['does not end its first line', 'GET /v1/lim'],
    ['does not end its headers', 'GET /v1/limits HTTP/1.1\r\nHost: a\r\nX-A: '],
  ])('that %s gets a problem and is disconnected', async (_, bytes) => {
    const open = await serverOf({ headers: 200 })
    const socket = await open()
    socket.write(bytes)
    await expectSlow(await restOf(socket))
  })

  it.each([
    ['a length', `${HEAD}Content-Length: 100\r\n\r\n{"na`],
    ['chunks', `${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n{"\r\n`],
  ])('that stops in the middle of a body with %s gets a problem and is disconnected', async (_, bytes) => {
    const open = await serverOf({ inactivity: 200 })
    const socket = await open()
    socket.write(bytes)
    await expectSlow(await restOf(socket))
  })

  it('that sends its body byte by byte gets a problem and is disconnected', async () => {
    const open = await serverOf({ request: 1000, headers: 500 })
    const socket = await open()
    socket.write(`${HEAD}Content-Length: 1000000\r\n\r\n{`)
    const drip = setInterval(() => socket.write(' '), 20)
    ends.push(() => clearInterval(drip))
    await expectSlow(await restOf(socket))
  })

  it('that does not read its reply is disconnected', async () => {
    const large = new Hono().get('*', (c) => c.body('x'.repeat(50_000_000)))
    const open = await serverOf({ inactivity: 200 }, large)
    const socket = await open()
    socket.pause()
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await lastClosed()
  })

  it('that reads its reply very slowly is disconnected', async () => {
    const large = new Hono().get('*', (c) => c.body('x'.repeat(50_000_000)))
    const open = await serverOf({ exchange: 500 }, large)
    const socket = await open()
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    socket.on('data', () => {
      socket.pause()
      setTimeout(() => socket.resume(), 20)
    })
    await once(socket, 'close')
    expect(socket.bytesRead).toBeLessThan(50_000_000)
  })

  it('that sends no further request is disconnected without a reply', async () => {
    const open = await serverOf({ idle: 200 })
    const socket = await open()
    socket.write('GET /v1/limits HTTP/1.1\r\nHost: a\r\n\r\n')
    const text = await restOf(socket)
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1)
    expect(text).toContain('HTTP/1.1 200 OK')
  })

  it('does not delay other clients, however many slow ones there are', async () => {
    const open = await serverOf({})
    const slow = await Promise.all(Array.from({ length: 500 }, open))
    for (const socket of slow) socket.write(`${HEAD}Content-Length: 4000000\r\n\r\n{`)
    const quick = await open()
    quick.write(`${HEAD}Content-Length: 2\r\nConnection: close\r\n\r\n{}`)
    expect(await restOf(quick)).toContain('HTTP/1.1 201 Created')
    for (const socket of slow) socket.destroy()
  })
})
