import { once } from 'node:events'
import type { Server } from 'node:http'

const DRAIN_TIMEOUT_MS = 10_000
const IDLE_CHECK_MS = 50

/** Counts the requests that are being answered. */
export function countRequests(server: Server): () => number {
  let count = 0
  server.on('request', (_request, reply) => {
    count++
    reply.once('close', () => count--)
  })
  return () => count
}

/** Accepts no more requests, and waits for those in flight, but not longer than the time-out. */
export async function drain(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  // A connection that was busy is idle once it has its reply.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS)
  const timeout = setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT_MS)
  await closed
  clearInterval(idle)
  clearTimeout(timeout)
}
