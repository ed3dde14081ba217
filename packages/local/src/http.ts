import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { type BareRefusal, bareRefusal } from '@runmeta/api/problem'

/** What a server needs of an app. */
export interface App {
  fetch(request: Request): Response | Promise<Response>
}

/** As the app takes them, in `hono/request-id`. */
const REQUEST_ID = /^[\w\-=]{1,255}$/

/** How long a client may take, in milliseconds. What takes longer ends with its connection. */
export interface Patience {
  /** From a connection or the reply before to the end of a request's headers. */
  readonly headers: number
  /** To the end of a request's body. */
  readonly request: number
  /** Without a byte of a request, or of a reply, getting through. */
  readonly still: number
  /** From a request's headers to the end of its reply. */
  readonly exchange: number
  /** Between two requests. */
  readonly idle: number
}

const PATIENCE: Patience = { headers: 15_000, request: 120_000, still: 30_000, exchange: 300_000, idle: 65_000 }
/** Milliseconds between two looks at who takes too long. */
const CHECK_EVERY = 1000

/** Beyond it a new connection is closed: each takes some memory, and nobody has as many clients on one machine. */
const MOST_CONNECTIONS = 16_384

const MALFORMED = 'request: is no HTTP/1.1 that is taken here: its form, its target, its host, or headers over 16 KB'
const SLOW = 'request: did not come within the time that is given for one; send it at once, or in smaller logs'

function refusal(detail: string, request?: IncomingMessage): BareRefusal {
  const given = request?.headers['x-request-id']
  const requestId = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
  return bareRefusal(detail, requestId)
}

/** Answers what does not reach the app, on the bare socket, in the one form that every refusal has. */
function refuseOnSocket(socket: Duplex, detail: string, request?: IncomingMessage): void {
  if (!socket.writable) return
  const { status, body, headers } = refusal(detail, request)
  const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n${body}`)
}

/** The replies that are still to be given on each connection, so that what is refused after them does not take their place. */
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

/** Ends what takes too long: with a refusal where a request is still to come, without a word where its reply has begun. */
function endTheSlow(server: Server, pending: (socket: Duplex) => readonly ServerResponse[], patience: Patience): void {
  server.on('request', (request, reply) => {
    const { socket } = request
    const last = setTimeout(() => socket.destroy(), patience.exchange).unref()
    reply.once('close', () => clearTimeout(last))
    if (!hasBody(request)) return
    socket.setTimeout(patience.still)
    // From then on it waits for us.
    request.once('end', () => socket.setTimeout(0))
  })
  server.on('timeout', (socket) => {
    const reply = pending(socket).at(-1)
    if (reply === undefined || reply.headersSent) socket.destroy()
    else refuseOnSocket(socket, SLOW, reply.req)
  })
}

/** An HTTP server for the app. */
export function createHttpServer(app: App, patience: Patience = PATIENCE): Server {
  let current: IncomingMessage | undefined
  const listener = getRequestListener((request) => app.fetch(request), {
    hostname: 'localhost',
    // Targets and hosts that make no URL. It is called before the listener returns, so `current` is the request's own.
    errorHandler: () => {
      const { status, body, headers } = refusal(MALFORMED, current)
      return new Response(body, { status, headers })
    },
  })
  const serve = async (request: IncomingMessage, reply: ServerResponse): Promise<void> => {
    current = request
    await listener(request, reply)
    // Whoever does not read it keeps it in memory.
    if (!reply.writableFinished) reply.socket?.setTimeout(patience.still)
  }
  const server = createServer(
    {
      requireHostHeader: false,
      headersTimeout: patience.headers,
      requestTimeout: patience.request,
      keepAliveTimeout: patience.idle,
      connectionsCheckingInterval: Math.min(CHECK_EVERY, patience.headers),
    },
    (request, reply) => void serve(request, reply),
  )
  server.maxConnections = MOST_CONNECTIONS
  const pending = pendingReplies(server)
  endTheSlow(server, pending, patience)
  // Expectations other than 100-continue are no reason to refuse: the request is answered as it is.
  server.on('checkExpectation', (request, reply) => void serve(request, reply))
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const last = pending(socket).at(-1)
    const detail = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? SLOW : MALFORMED
    // A whole request before the fault was taken, so it is answered first; one that the fault is in never will be.
    if (last?.req.complete) last.once('close', () => refuseOnSocket(socket, detail))
    else refuseOnSocket(socket, detail, last?.req)
  })
  server.on('connect', (_request, socket) => refuseOnSocket(socket, MALFORMED))
  return server
}
