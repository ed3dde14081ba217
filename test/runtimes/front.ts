import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { FAULTS, type FaultName } from './faults.ts'

/** A proxy between the runtimes and the server: one path without faults, and one with faults. */
export interface Front {
  readonly url: string
  readonly secureUrl: string
  /** The times of the requests to a faulty path in milliseconds, by run and row. */
  readonly times: ReadonlyMap<string, readonly number[]>
  /** The headers of requests to the target of a redirect. */
  readonly elsewhere: readonly IncomingMessage['headers'][]
  /** Closes all connections, as a server does with idle ones. */
  disconnect(): void
  stop(): Promise<void>
}

/** The files for pages. */
export type Files = (path: string) => { readonly type: string; readonly text: string } | undefined

interface Passed {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}

async function passOn(target: string, path: string, request: IncomingMessage, body: string): Promise<Passed> {
  const { method = 'GET', headers } = request
  const kept = Object.entries(headers).filter(
    ([name, value]) => typeof value === 'string' && !/^(?:host|connection|content-length|transfer-.*)$/.test(name),
  )
  const reply = await fetch(target + path, {
    method,
    headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
    ...(body === '' ? {} : { body }),
  })
  const given = [...reply.headers].filter(([name]) => !/^(?:connection|content-length|transfer-.*)$/.test(name))
  return { status: reply.status, headers: Object.fromEntries(given), body: await reply.text() }
}

function give(response: ServerResponse, { status, headers, body }: Passed): void {
  response.writeHead(status, headers).end(status === 204 || status === 304 ? undefined : body)
}

/** Over https the test page has another origin, so it sees only replies that allow it. */
const CORS = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'retry-after' }

const page = (status: number) => ({
  status,
  headers: { ...CORS, 'content-type': 'text/html' },
  body: '<html>a page</html>',
})

const tooMany = (retryAfter: string): Passed => ({
  status: 429,
  headers: { ...CORS, 'content-type': 'application/problem+json', 'retry-after': retryAfter },
  body: JSON.stringify({ type: 'about:blank', title: 'x', status: 429, code: 'rate_limited', detail: 'too many' }),
})

interface Happening {
  readonly response: ServerResponse
  /** Resets the TCP connection. */
  reset(): void
  readonly elsewhere: string
  pass(): Promise<Passed>
}

/** Longer than any client waits. */
const FOREVER_MS = 60_000

const HAPPENS: Record<FaultName, (happening: Happening) => unknown> = {
  'reset before the server acts': ({ reset }) => reset(),
  'stale socket, reset': ({ reset }) => reset(),
  'stale socket, closed': ({ response }) => response.socket?.destroy(),
  'reset after the server acted': async ({ reset, pass }) => {
    await pass()
    reset()
  },
  'no answer': () => delay(FOREVER_MS, undefined, { ref: false }),
  'late headers': async ({ pass }) => {
    await pass()
    await delay(FOREVER_MS, undefined, { ref: false })
  },
  'body that stops': async ({ response, pass }) => {
    const { status, headers, body } = await pass()
    response.writeHead(status, headers).write(body.slice(0, 10))
  },
  'body that is cut': async ({ response, pass }) => {
    const { status, headers, body } = await pass()
    response.writeHead(status, { ...headers, 'content-length': String(body.length) })
    response.write(body.slice(0, 10), () => response.socket?.destroy())
  },
  '429 with Retry-After in seconds': ({ response }) => give(response, tooMany('1')),
  '429 with Retry-After as a date': ({ response }) =>
    give(response, tooMany(new Date(Date.now() + 2000).toUTCString())),
  '503 with a page': ({ response }) => give(response, page(503)),
  '403 with a page': ({ response }) => give(response, page(403)),
  '200 with a page': ({ response }) => give(response, page(200)),
  'redirect to another host': ({ response, elsewhere }) =>
    give(response, { status: 307, headers: { ...CORS, location: `${elsewhere}/v1/runs/x/metadata` }, body: '' }),
}

const portOf = (server: Server): number => {
  const address: AddressInfo | string | null = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const endsOf = ({ localPort, remotePort }: Socket): string => `${localPort}/${remotePort}`

const listening = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))

/** Starts the proxy before a server at `target`. */
export async function startFront(
  target: string,
  tls: { readonly key: string; readonly cert: string },
  files: Files,
): Promise<Front> {
  const times = new Map<string, number[]>()
  // A TLS socket cannot be reset, but the TCP socket below it can.
  const sockets = new Map<string, Socket>()
  const elsewhere: IncomingMessage['headers'][] = []
  const other = createServer((request, response) => {
    elsewhere.push(request.headers)
    response.end()
  })
  await listening(other)

  const handle: RequestListener = async (request, response): Promise<unknown> => {
    const { url: path = '/' } = request
    const body = await text(request)
    const [, way, run = '', row = ''] = path.split('/')
    if (way === 'v1') return give(response, await passOn(target, path, request, body))
    if (way === 'fault') {
      const id = `${run}/${row}`
      const pass = () => passOn(target, path.slice(`/fault/${id}`.length), request, body)
      // A preflight request is no attempt.
      if (request.method === 'OPTIONS') return give(response, await pass())
      const came = [...(times.get(id) ?? []), performance.now()]
      times.set(id, came)
      const { fault, times: bad = 0, isWarm } = FAULTS[Number(row)] ?? {}
      const turn = isWarm ? came.length - 1 : came.length
      if (fault === undefined || turn < 1 || turn > bad) return give(response, await pass())
      const reset = () => sockets.get(endsOf(request.socket))?.resetAndDestroy()
      return await HAPPENS[fault]({ response, reset, pass, elsewhere: `http://127.0.0.1:${portOf(other)}` })
    }
    const file = files(path)
    const type = file?.type ?? 'text/plain'
    return response.writeHead(file === undefined ? 404 : 200, { 'content-type': type }).end(file?.text)
  }
  const plain = createServer(handle)
  const secure = createTlsServer(tls, handle)
  for (const server of [plain, secure]) {
    server.on('connection', (socket: Socket) => {
      const ends = endsOf(socket)
      sockets.set(ends, socket)
      socket.once('close', () => sockets.delete(ends))
    })
  }
  await Promise.all([listening(plain), listening(secure)])
  return {
    url: `http://127.0.0.1:${portOf(plain)}`,
    secureUrl: `https://localhost:${portOf(secure)}`,
    times,
    elsewhere,
    disconnect: () => {
      for (const server of [plain, secure]) server.closeAllConnections()
    },
    stop: async () => {
      for (const server of [plain, secure, other]) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
}
