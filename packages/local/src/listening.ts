import { once } from 'node:events'
import type { Server } from 'node:http'

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another process; set PORT to a free one',
  EACCES: 'needs more rights than this user has; set PORT to one above 1023',
  EADDRNOTAVAIL: 'is not an address of this machine; set HOST to one that is',
  ENOTFOUND: 'is an unknown host; set HOST to an address of this machine',
}

/** Starts listening. @throws Error that says whether to change PORT or HOST. */
export async function listen(server: Server, port: number, host: string): Promise<void> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new Error(`PORT and HOST: ${host}:${port} ${REASONS[code] ?? 'cannot be listened on'} (${code})`, {
      cause: error,
    })
  }
}

/** The URL at which this machine can reach a listening server. */
export function urlOf(server: Server, host: string): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const name = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host
  return `http://${name.includes(':') ? `[${name}]` : name}:${address.port}`
}
