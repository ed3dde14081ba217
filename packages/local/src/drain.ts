import { once } from 'node:events'
import type { Server } from 'node:http'

const DRAIN_TIMEOUT_MS = 10_000
const IDLE_CHECK_MS = 50

/** Counts the requests in progress. */
export function countRequests(server: Server): () => number {
  let count = 0
  server.on('request', (_request, reply) => {
    count++
    reply.once('close', () => count--)
  })
  return () => count
}

/** Stops accepting requests, and waits for those in flight, up to the time-out. */
export async function drain(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  // A busy connection becomes idle when its reply is complete.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS)
  const timeout = setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT_MS)
  await closed
  clearInterval(idle)
  clearTimeout(timeout)
}
