import { randomUUID } from 'node:crypto'
import { createServer, type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { problemOf } from '@runmeta/api/problem'
import { Failure } from '@runmeta/core/failure'

/** What a server needs of an app. */
export interface App {
  fetch(request: Request): Response | Promise<Response>
}

const malformed = () => new Failure('bad_request', 'request: is not well-formed HTTP/1.1')

function refusal(): { status: number; body: string; headers: Record<string, string> } {
  const requestId = randomUUID()
  const problem = problemOf(malformed(), requestId)
  const headers = { 'content-type': 'application/problem+json', 'x-request-id': requestId }
  return { status: problem.status, body: JSON.stringify(problem), headers }
}

/** Answers what the HTTP parser refuses, on the bare socket, in the one form that every refusal has. */
function refuseOnSocket(socket: Duplex): void {
  if (!socket.writable) return
  const { status, body, headers } = refusal()
  const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n${body}`)
}

/** An HTTP server for the app. */
export function createHttpServer(app: App): Server {
  const listener = getRequestListener((request) => app.fetch(request), {
    hostname: 'localhost',
    // Targets and hosts that make no URL.
    errorHandler: () => {
      const { status, body, headers } = refusal()
      return new Response(body, { status, headers })
    },
  })
  const server = createServer({ requireHostHeader: false, keepAliveTimeout: 65_000 }, listener)
  // Expectations other than 100-continue are no reason to refuse: the request is answered as it is.
  server.on('checkExpectation', listener)
  server.on('clientError', (_error, socket) => refuseOnSocket(socket))
  server.on('connect', (_request, socket) => refuseOnSocket(socket))
  return server
}
