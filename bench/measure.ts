import { Pool } from 'undici'

/** Load over real sockets: clients that each send one request after the other. */

export interface Load {
  /** Milliseconds of each call that got a reply. */
  readonly times: readonly number[]
  /** From the start until the last reply. */
  readonly seconds: number
}

export interface Measured {
  /** Calls a second. */
  readonly rate: number
  readonly p50: number
  readonly p99: number
}

/** A reply with a status other than 2xx. */
export class Refusal extends Error {}

export interface Caller {
  /** @returns the body of the reply; throws a `Refusal` for any other status than 2xx */
  call(method: 'GET' | 'POST', path: string, body?: string): Promise<string>
  close(): Promise<void>
}

/** Sends up to `connections` requests at a time, on connections that stay open. */
export function createCaller(url: string, headers: Readonly<Record<string, string>>, connections: number): Caller {
  const pool = new Pool(url, { connections, pipelining: 1 })
  return {
    call: async (method, path, body) => {
      const reply = await pool.request({ method, path, headers, body: body ?? null })
      const text = await reply.body.text()
      if (reply.statusCode < 200 || reply.statusCode >= 300) {
        throw new Refusal(`${method} ${path}: ${reply.statusCode} ${text}`)
      }
      return text
    },
    close: () => pool.close(),
  }
}

/** @param onRefusal Receives each refused call, which does not count in the times. Without it a refusal is thrown */
export async function load(
  clients: number,
  seconds: number,
  send: (client: number) => Promise<unknown>,
  onRefusal?: (refusal: Refusal) => void,
): Promise<Load> {
  const times: number[] = []
  const beganAt = performance.now()
  const client = async (n: number) => {
    while (performance.now() < beganAt + seconds * 1000) {
      const sentAt = performance.now()
      try {
        await send(n)
        times.push(performance.now() - sentAt)
      } catch (error) {
        if (onRefusal === undefined || !(error instanceof Refusal)) throw error
        onRefusal(error)
      }
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, n) => client(n)))
  return { times, seconds: (performance.now() - beganAt) / 1000 }
}

/** Combines several loads of the same kind. */
export function measured(...loads: readonly Load[]): Measured {
  const times = loads.flatMap((one) => one.times).sort((one, other) => one - other)
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0
  const seconds = loads.reduce((sum, one) => sum + one.seconds, 0)
  return { rate: times.length / seconds, p50: at(0.5), p99: at(0.99) }
}
