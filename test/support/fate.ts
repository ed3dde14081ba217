import { once } from 'node:events'
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Dialect, Fault, Passing } from './dialect.ts'

export interface Reply {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly text: Buffer
}

/** The server behind a proxy. */
export interface Target {
  /** Forwards a request with this body, and waits for the complete reply. */
  send(incoming: IncomingMessage, body: Buffer): Promise<Reply>
  close(): void
}

/** Headers that belong to a connection. */
const OF_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'x-amz-crc32'])

export function createTarget(address: string, dialect: Dialect): Target {
  const agent = new Agent({ keepAlive: true })
  return {
    async send({ method, url, headers }, body) {
      const asked = dialect.asked(body)
      const length = headers['content-length'] === undefined ? {} : { 'content-length': String(asked.length) }
      const outgoing = request(new URL(url ?? '/', address), { agent, method, headers: { ...headers, ...length } })
      outgoing.end(asked)
      const [reply]: IncomingMessage[] = await once(outgoing, 'response')
      if (reply === undefined) throw new Error('no reply')
      const said = Object.entries(reply.headers).filter(([name]) => !OF_CONNECTION.has(name))
      return {
        status: reply.statusCode ?? 500,
        headers: Object.fromEntries(said),
        text: Buffer.concat(await reply.toArray()),
      }
    },
    close: () => agent.destroy(),
  }
}

/** Forwards a part of a batch, and returns the rest as unprocessed. */
async function inPart({ target, dialect, incoming, passing }: Situation): Promise<Reply> {
  const batch = dialect.split(passing)
  if (batch === undefined) throw new Error(`${passing.operation} is no batch, so none of it is left unprocessed`)
  const headers = { 'content-type': 'application/x-amz-json-1.0' }
  const nothing: Reply = { status: 200, headers, text: Buffer.from('{}') }
  const reply = batch.done === undefined ? nothing : await target.send(incoming, batch.done)
  return { ...reply, text: batch.giveBack(reply.text) }
}

interface Situation {
  readonly target: Target
  readonly dialect: Dialect
  readonly incoming: IncomingMessage
  readonly passing: Passing
  /** The length of a delay in milliseconds. */
  readonly pause: () => number
  /** Refuses connections for a moment. */
  readonly refuse: () => void
}

/** Handles a request with its fault. @returns the reply, if there is one */
export async function fateOf(fault: Fault | undefined, situation: Situation): Promise<Reply | undefined> {
  const { target, dialect, incoming, passing, pause, refuse } = situation
  const reset = () => void incoming.socket.resetAndDestroy()
  const pass = () => target.send(incoming, passing.body)
  switch (fault) {
    case 'hang':
      return undefined
    case 'refuse':
      refuse()
      return reset()
    case 'reset':
      return reset()
    case 'late':
      reset()
      await delay(pause())
      await pass()
      return undefined
    case 'reset after':
      await pass()
      return reset()
    case 'delay':
      await delay(pause())
      return pass()
    case 'double':
      await pass()
      return pass()
    case 'error':
    case 'throttle':
    case 'limit': {
      const { body, ...head } = dialect.refusal(fault)
      return { ...head, text: Buffer.from(body) }
    }
    case 'unprocessed':
      return inPart(situation)
    default:
      return pass()
  }
}

interface Giving {
  /** Whether the connection is reset in the middle of the reply. */
  readonly isCut: boolean
  /** The offset of its `Date` in milliseconds. */
  readonly shift: number | undefined
}

/** Sends a reply, if the client is still connected. */
export function give(outgoing: ServerResponse, { status, headers, text }: Reply, { isCut, shift }: Giving): void {
  if (outgoing.destroyed) return
  outgoing.writeHead(status, {
    ...headers,
    ...(shift === undefined ? {} : { date: new Date(Date.now() + shift).toUTCString() }),
    ...(status === 204 || status === 304 ? {} : { 'content-length': text.length }),
  })
  if (!isCut) return void outgoing.end(text)
  outgoing.write(text.subarray(0, text.length >> 1), () => outgoing.socket?.resetAndDestroy())
}
