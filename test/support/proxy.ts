import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type Dialect, DYNAMO, type Fault, HTTP, type Passing } from './dialect.ts'
import { type Exchange, roundsOf, unitsOf } from './exchange.ts'
import { createTarget, fateOf, give } from './fate.ts'
import { createHolds, type HeldAt, type Hold } from './hold.ts'
import { listenAgain, listenBelow } from './listen.ts'

export type { Fault, Passing } from './dialect.ts'
export type { Hold } from './hold.ts'

/** The fault for a request; undefined passes it on. */
export type Decide = (operation: string, request: Passing) => Fault | undefined

export interface StoreProxy {
  readonly endpoint: string
  readonly exchanges: readonly Exchange[]
  /** The number of faults of each kind so far. */
  readonly fired: ReadonlyMap<Fault, number>
  /** Forgets the exchanges so far. */
  clear(): void
  /** Uses these decisions from now on. */
  faultOn(decide: Decide): void
  /** Holds back each request that matches, or its reply, until it is released. */
  hold(matches: (request: Passing) => boolean, at?: HeldAt): Hold
  /** Shifts the `Date` of all further replies by this many milliseconds. */
  shiftDate(ms: number): void
  /** Closes all connections and refuses new ones until `back`. */
  gone(): void
  back(): Promise<void>
  /** Waits until no request is in flight, including those whose client has given up. */
  idle(): Promise<void>
  /** The number of requests that waited for another's reply, plus one. */
  rounds(): number
  /** The capacity units of all requests. */
  units(): number
  /** The number of connections that clients have opened so far. */
  connections(): number
  /** Closes all connections of clients, as a store does with idle ones. */
  closeConnections(): void
  stop(): Promise<void>
}

interface ProxyOptions {
  /** Milliseconds by which each request is delayed, so that concurrent requests overlap. */
  readonly held?: number | (() => number)
  /** Chooses the lengths of delays. */
  readonly random?: () => number
}

const HELD = 25
const LONGEST_DELAY = 300
/** Shorter than most first waits of the client, so that a retry succeeds. */
const REFUSAL = 3

/** A proxy before a DynamoDB API. */
export const startProxy = (target: string, options: ProxyOptions = {}): Promise<StoreProxy> =>
  start(target, DYNAMO, { held: HELD, ...options })

/** A proxy before an HTTP server. */
export const startHttpProxy = (target: string, options: ProxyOptions = {}): Promise<StoreProxy> =>
  start(target, HTTP, options)

async function start(
  address: string,
  dialect: Dialect,
  { held = 0, random = Math.random }: ProxyOptions,
): Promise<StoreProxy> {
  const target = createTarget(address, dialect)
  const exchanges: Exchange[] = []
  const fired = new Map<Fault, number>()
  const holds = createHolds()
  const underWay = new Set<Promise<void>>()
  const heldFor = typeof held === 'number' ? () => held : held
  let decide: Decide = () => undefined
  let shift: number | undefined
  let refusal: NodeJS.Timeout | undefined
  let connections = 0

  function refuse(): void {
    if (!server.listening) return
    server.close()
    refusal = setTimeout(() => void listenAgain(server, port), REFUSAL)
  }

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const operation = dialect.operationOf(incoming)
    const exchange = { operation, began: performance.now(), ended: Number.POSITIVE_INFINITY, units: 0 }
    exchanges.push(exchange)
    const passing = { operation, body: Buffer.concat(await incoming.toArray()) }
    const ms = heldFor()
    if (ms > 0) await delay(ms)
    await holds.stand('request', passing)
    const fault = decide(operation, passing)
    if (fault !== undefined) fired.set(fault, (fired.get(fault) ?? 0) + 1)
    const pause = () => random() * LONGEST_DELAY
    const reply = await fateOf(fault, { target, dialect, incoming, passing, pause, refuse })
    if (reply === undefined) return
    await holds.stand('reply', passing)
    exchange.ended = performance.now()
    exchange.units = dialect.unitsOf(reply.text)
    give(outgoing, reply, { isCut: fault === 'cut', shift })
  }

  const server = createServer((incoming, outgoing) => {
    // Either side may disconnect at any time; the other side sees that as without a proxy.
    const served = serve(incoming, outgoing).catch(() => void incoming.socket.destroy())
    underWay.add(served)
    void served.then(() => underWay.delete(served))
  })
  server.on('connection', () => connections++)
  const port = await listenBelow(server)
  return {
    endpoint: `http://127.0.0.1:${port}`,
    exchanges,
    fired,
    clear: () => void exchanges.splice(0),
    faultOn: (next) => {
      decide = next
    },
    hold: holds.hold,
    shiftDate: (ms) => {
      shift = ms
    },
    gone: () => {
      server.close()
      server.closeAllConnections()
    },
    back: () => listenAgain(server, port),
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay)
    },
    rounds: () => roundsOf(exchanges),
    units: () => unitsOf(exchanges),
    connections: () => connections,
    closeConnections: () => server.closeAllConnections(),
    stop: async () => {
      clearTimeout(refusal)
      server.closeAllConnections()
      target.close()
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    },
  }
}
