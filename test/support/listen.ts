import { once } from 'node:events'
import type { Server } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

const HOST = '127.0.0.1'
/** Below the ephemeral ports, so that nobody takes a port that is released for a moment. */
const [LOWEST, HIGHEST] = [20_000, 32_000]

const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'

/** Listens on a port of loopback that can be released and taken again. @returns the port */
export async function listenBelow(server: Server): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST))
    if (await isTakenBy(server, port)) return port
  }
}

/** Listens again on a released port. */
export async function listenAgain(server: Server, port: number): Promise<void> {
  while (!(await isTakenBy(server, port))) await delay(5)
}

async function isTakenBy(server: Server, port: number): Promise<boolean> {
  try {
    server.listen(port, HOST)
    await once(server, 'listening')
    return true
  } catch (error) {
    if (isTaken(error)) return false
    throw error
  }
}
