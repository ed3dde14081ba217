import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** One request that a client of the store made, as it passed the proxy. */
export interface Exchange {
  /** The operation of the DynamoDB API. */
  readonly operation: string
  readonly began: number
  ended: number
  /** The capacity units that the store says it took: WCU of a write, RCU of a read. */
  units: number
}

interface Capacity {
  readonly CapacityUnits: number
}

/** What to do with a request in place of passing it on. */
export type Fault = 'hang' | 'reset' | 'reset after' | 'error' | 'throttle'

export interface StoreProxy {
  readonly endpoint: string
  readonly exchanges: readonly Exchange[]
  /** Forgets the exchanges so far. */
  clear(): void
  /** Decides on each request from now on; nothing passes it on. */
  faultOn(decide: (operation: string) => Fault | undefined): void
  /** How many requests had to wait for another's reply first, plus one: the length of the chain. */
  rounds(): number
  /** The capacity units of all requests together. */
  units(): number
  /** How many connections its clients have opened so far. */
  connections(): number
  /** Closes its clients' connections, as a store does with those that were idle for long. */
  closeConnections(): void
  stop(): Promise<void>
}

/** Milliseconds that each request is held, so that those sent together overlap and those sent in turn do not. */
const HELD = 25

/** A proxy on a socket of its own in front of a DynamoDB API. */
export async function startProxy(target: string): Promise<StoreProxy> {
  const agent = new Agent({ keepAlive: true })
  const exchanges: Exchange[] = []
  let decide: (operation: string) => Fault | undefined = () => undefined

  const bodyOf = async (stream: IncomingMessage): Promise<Buffer> => Buffer.concat(await stream.toArray())

  /** Asks the store to say what a request cost; no engine here checks signatures. */
  const metered = (body: Buffer): Buffer =>
    Buffer.from(JSON.stringify({ ...JSON.parse(body.toString()), ReturnConsumedCapacity: 'TOTAL' }))

  const unitsOf = (text: Buffer): number => {
    const { ConsumedCapacity = [] } = JSON.parse(text.toString()) as { ConsumedCapacity?: Capacity | Capacity[] }
    return [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0)
  }

  async function pass(incoming: IncomingMessage, body: Buffer): Promise<{ reply: IncomingMessage; text: Buffer }> {
    const asked = metered(body)
    const headers = { ...incoming.headers, 'content-length': String(asked.length) }
    const outgoing = request(target, { agent, method: incoming.method, headers })
    outgoing.end(asked)
    const [reply]: IncomingMessage[] = await once(outgoing, 'response')
    if (reply === undefined) throw new Error('no reply')
    return { reply, text: await bodyOf(reply) }
  }

  function refuse(outgoing: ServerResponse, status: number, type: string): void {
    outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
    outgoing.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'injected' }))
  }

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? 'none'
    const exchange = { operation, began: performance.now(), ended: Number.POSITIVE_INFINITY, units: 0 }
    exchanges.push(exchange)
    const body = await bodyOf(incoming)
    await delay(HELD)
    const fault = decide(operation)
    if (fault === 'hang') return
    if (fault === 'reset') return void incoming.socket.destroy()
    if (fault === 'error') return refuse(outgoing, 500, 'InternalServerError')
    if (fault === 'throttle') return refuse(outgoing, 400, 'ProvisionedThroughputExceededException')
    const { reply, text } = await pass(incoming, body)
    if (fault === 'reset after') return void incoming.socket.destroy()
    exchange.ended = performance.now()
    exchange.units = unitsOf(text)
    outgoing.writeHead(reply.statusCode ?? 500, reply.headers)
    outgoing.end(text)
  }

  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing))
  let connections = 0
  server.on('connection', () => connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    exchanges,
    clear: () => void exchanges.splice(0),
    faultOn: (next) => {
      decide = next
    },
    rounds: () => {
      let count = 0
      let firstReply = Number.NEGATIVE_INFINITY
      for (const { began, ended } of exchanges) {
        if (began >= firstReply) {
          count++
          firstReply = ended
        } else firstReply = Math.min(firstReply, ended)
      }
      return count
    },
    units: () => exchanges.reduce((sum, { units }) => sum + units, 0),
    connections: () => connections,
    closeConnections: () => server.closeAllConnections(),
    stop: async () => {
      server.closeAllConnections()
      agent.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
