import { once } from 'node:events'
import type { Server } from 'node:http'

/** Milliseconds. */
const DRAIN_WITHIN = 10_000
const POLL = 50

/** Takes no more requests, and waits for those in flight, though not for ever. */
export async function drain(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  // A connection that was busy is idle once it has its reply.
  const idle = setInterval(() => server.closeIdleConnections(), POLL)
  const patience = setTimeout(() => server.closeAllConnections(), DRAIN_WITHIN)
  await closed
  clearInterval(idle)
  clearTimeout(patience)
}
