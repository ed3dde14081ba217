import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { type BareRefusal, bareRefusal } from '@runmeta/api/problem'
import { linger } from './linger.ts'

/** What the server needs from the app. */
export interface App {
  fetch(request: Request): Response | Promise<Response>
}

/** The ids that `hono/request-id` accepts. */
const REQUEST_ID = /^[\w\-=]{1,255}$/

/** How long a client may take, in milliseconds. The server closes a connection that takes longer. */
export interface Timeouts {
  /** From the connection, or the previous reply, to the end of the request's headers. */
  readonly headers: number
  /** To the end of the request's body. */
  readonly request: number
  /** Without a byte of the request or the reply. */
  readonly inactivity: number
  /** From the request's headers to the end of its reply. */
  readonly exchange: number
  /** Between two requests. */
  readonly idle: number
}

const TIMEOUTS: Timeouts = { headers: 15_000, request: 120_000, inactivity: 30_000, exchange: 300_000, idle: 65_000 }
/** How often Node checks for connections that take too long. */
const CHECK_INTERVAL_MS = 1000

/** The server closes connections beyond this number, because each takes memory. */
const MAX_CONNECTIONS = 16_384

const MALFORMED = 'malformed HTTP/1.1 request, or headers over 16 KB'
const SLOW = 'request: timed out before it was complete; send it faster, or in smaller logs'

function refusal(detail: string, request?: IncomingMessage): BareRefusal {
  const given = request?.headers['x-request-id']
  const requestId = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
  return bareRefusal(detail, requestId)
}

/** Refuses a request that does not reach the app. The reply has the form of every other refusal. */
function refuseOnSocket(socket: Duplex, detail: string, request?: IncomingMessage): void {
  if (!socket.writable) return
  const { status, body, headers } = refusal(detail, request)
  const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n${body}`)
}

/** The pending replies of each connection. A refusal is sent after them, as HTTP/1.1 requires replies in order. */
function pendingReplies(server: Server): (socket: Duplex) => readonly ServerResponse[] {
  const pending = new WeakMap<Duplex, ServerResponse[]>()
  server.prependListener('request', (request: IncomingMessage, reply: ServerResponse) => {
    const { socket } = request
    const replies = pending.get(socket) ?? []
    pending.set(socket, replies)
    replies.push(reply)
    reply.once('close', () => replies.splice(replies.indexOf(reply), 1))
  })
  return (socket) => pending.get(socket) ?? []
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** Ends requests that take too long: with a refusal, or by closing the connection if the reply has begun. */
function enforceTimeouts(
  server: Server,
  pending: (socket: Duplex) => readonly ServerResponse[],
  timeouts: Timeouts,
): void {
  server.on('request', (request, reply) => {
    const { socket } = request
    const last = setTimeout(() => socket.destroy(), timeouts.exchange).unref()
    reply.once('close', () => clearTimeout(last))
    if (!hasBody(request)) return
    socket.setTimeout(timeouts.inactivity)
    // From here on the client waits for the server.
    request.once('end', () => socket.setTimeout(0))
  })
  server.on('timeout', (socket) => {
    const reply = pending(socket).at(-1)
    if (reply === undefined || reply.headersSent) socket.destroy()
    else refuseOnSocket(socket, SLOW, reply.req)
  })
}

/** An HTTP server for the app. */
export function createHttpServer(app: App, timeouts: Timeouts = TIMEOUTS): Server {
  let current: IncomingMessage | undefined
  const listener = getRequestListener((request) => app.fetch(request), {
    hostname: 'localhost',
    // Called for a target or host that is not a valid URL. It is called before the listener returns, so `current` is the request's own.
    errorHandler: () => {
      const { status, body, headers } = refusal(MALFORMED, current)
      return new Response(body, { status, headers })
    },
  })
  const serve = async (request: IncomingMessage, reply: ServerResponse): Promise<void> => {
    current = request
    linger(request, timeouts.request)
    await listener(request, reply)
    // A reply stays in memory until the client reads it.
    if (!reply.writableFinished) reply.socket?.setTimeout(timeouts.inactivity)
  }
  const server = createServer(
    {
      requireHostHeader: false,
      headersTimeout: timeouts.headers,
      requestTimeout: timeouts.request,
      keepAliveTimeout: timeouts.idle,
      connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, timeouts.headers),
    },
    (request, reply) => void serve(request, reply),
  )
  server.maxConnections = MAX_CONNECTIONS
  const pending = pendingReplies(server)
  enforceTimeouts(server, pending, timeouts)
  // Ignore expectations other than 100-continue.
  server.on('checkExpectation', (request, reply) => void serve(request, reply))
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const last = pending(socket).at(-1)
    const detail = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? SLOW : MALFORMED
    // Answer a complete request before the fault first. A request that contains the fault gets no other answer.
    if (last?.req.complete) last.once('close', () => refuseOnSocket(socket, detail))
    else refuseOnSocket(socket, detail, last?.req)
  })
  server.on('connect', (_request, socket) => refuseOnSocket(socket, MALFORMED))
  return server
}
