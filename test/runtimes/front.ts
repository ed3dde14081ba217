import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { FAULTS, type FaultName } from './faults.ts'

/** What stands between the runtimes and the server: a way through, and one with faults. */
export interface Front {
  readonly url: string
  readonly secureUrl: string
  /** Requests that came by the way of a fault, by runtime and row. */
  readonly counts: ReadonlyMap<string, number>
  /** Milliseconds at which those requests came. */
  readonly times: ReadonlyMap<string, readonly number[]>
  /** Headers of what was sent where a redirect points to. */
  readonly elsewhere: readonly IncomingMessage['headers'][]
  stop(): Promise<void>
}

/** A file that pages are given. */
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

const page = (status: number) => ({ status, headers: { 'content-type': 'text/html' }, body: '<html>a page</html>' })

const tooMany = (retryAfter: string): Passed => ({
  status: 429,
  headers: { 'content-type': 'application/problem+json', 'retry-after': retryAfter },
  body: JSON.stringify({ type: 'about:blank', title: 'x', status: 429, code: 'rate_limited', detail: 'too many' }),
})

interface Happening {
  readonly response: ServerResponse
  readonly elsewhere: string
  pass(): Promise<Passed>
}

/** Milliseconds that a client is kept waiting. It has gone before. */
const FOREVER_MS = 60_000

const HAPPENS: Record<FaultName, (happening: Happening) => unknown> = {
  'reset before the server acts': ({ response }) => response.socket?.resetAndDestroy(),
  'stale socket': ({ response }) => response.socket?.resetAndDestroy(),
  'reset after the server acted': async ({ response, pass }) => {
    await pass()
    response.socket?.resetAndDestroy()
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
    give(response, { status: 307, headers: { location: `${elsewhere}/v1/runs/x/metadata` }, body: '' }),
}

const portOf = (server: Server): number => {
  const address: AddressInfo | string | null = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const listening = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))

/** Starts it before a server at `target`. */
export async function startFront(
  target: string,
  tls: { readonly key: string; readonly cert: string },
  files: Files,
): Promise<Front> {
  const counts = new Map<string, number>()
  const times = new Map<string, number[]>()
  const elsewhere: IncomingMessage['headers'][] = []
  const other = createServer((request, response) => {
    elsewhere.push(request.headers)
    response.end()
  })
  await listening(other)

  const handle: RequestListener = async (request, response): Promise<unknown> => {
    const { url: path = '/' } = request
    const body = await text(request)
    const [, way, runtime = '', row = ''] = path.split('/')
    if (way === 'v1') return give(response, await passOn(target, path, request, body))
    if (way === 'fault') {
      const id = `${runtime}/${row}`
      const count = (counts.get(id) ?? 0) + 1
      counts.set(id, count)
      times.set(id, [...(times.get(id) ?? []), performance.now()])
      const pass = () => passOn(target, path.slice(`/fault/${id}`.length), request, body)
      const { fault, times: bad = 0, isWarm } = FAULTS[Number(row)] ?? {}
      const turn = isWarm ? count - 1 : count
      if (fault === undefined || turn < 1 || turn > bad) return give(response, await pass())
      return await HAPPENS[fault]({ response, pass, elsewhere: `http://127.0.0.1:${portOf(other)}` })
    }
    const file = files(path)
    const type = file?.type ?? 'text/plain'
    return response.writeHead(file === undefined ? 404 : 200, { 'content-type': type }).end(file?.text)
  }
  const plain = createServer(handle)
  const secure = createTlsServer(tls, handle)
  await Promise.all([listening(plain), listening(secure)])
  return {
    url: `http://127.0.0.1:${portOf(plain)}`,
    secureUrl: `https://localhost:${portOf(secure)}`,
    counts,
    times,
    elsewhere,
    stop: async () => {
      for (const server of [plain, secure, other]) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
}
