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

function refusal(request?: IncomingMessage): BareRefusal {
  const given = request?.headers['x-request-id']
  const requestId = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
  const detail = 'request: is no HTTP/1.1 that is taken here: its form, its target, its host, or headers over 16 KB'
  return bareRefusal(detail, requestId)
}

/** Answers what the HTTP parser refuses, on the bare socket, in the one form that every refusal has. */
function refuseOnSocket(socket: Duplex): void {
  if (!socket.writable) return
  const { status, body, headers } = refusal()
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

/** An HTTP server for the app. */
export function createHttpServer(app: App): Server {
  let current: IncomingMessage | undefined
  const listener = getRequestListener((request) => app.fetch(request), {
    hostname: 'localhost',
    // Targets and hosts that make no URL. It is called before the listener returns, so `current` is the request's own.
    errorHandler: () => {
      const { status, body, headers } = refusal(current)
      return new Response(body, { status, headers })
    },
  })
  const serve = (request: IncomingMessage, reply: ServerResponse): void => {
    current = request
    void listener(request, reply)
  }
  const server = createServer({ requireHostHeader: false, keepAliveTimeout: 65_000 }, serve)
  const pending = pendingReplies(server)
  // Expectations other than 100-continue are no reason to refuse: the request is answered as it is.
  server.on('checkExpectation', serve)
  server.on('clientError', (_error, socket) => {
    const last = pending(socket).at(-1)
    // A whole request before the fault was taken, so it is answered first; one that the fault is in never will be.
    if (last?.req.complete) last.once('close', () => refuseOnSocket(socket))
    else refuseOnSocket(socket)
  })
  server.on('connect', (_request, socket) => refuseOnSocket(socket))
  return server
}
