import { afterAll, beforeAll, inject } from 'vitest'
import { endpointOf, jsonOf, type TestApp, testApp } from './app.ts'
import type { EngineName } from './engines.ts'
import { type StoreProxy, startProxy } from './proxy.ts'

/** The stores that say what a request took. */
export const METERED = ['dynoxide', 'dynamodb-local'] as const satisfies readonly EngineName[]

/** What a call costs the store. */
export interface Cost {
  readonly requests: readonly string[]
  /** How many of the requests had to wait for another. */
  readonly rounds: number
  /** Capacity units of reads and writes together. */
  readonly units: number
}

export interface Meter {
  /** Whether the store can run on this machine. */
  readonly isThere: boolean
  readonly app: TestApp
  /** Another server over the same table, which has seen no run yet. */
  cold(options?: Parameters<typeof testApp>[0]): Promise<TestApp>
  /** What a call that must have this status costs. */
  cost(call: () => Promise<Response>, status?: number): Promise<Cost>
}

/** An app behind a socket on which its requests to the store are counted, for the tests of one `describe`. */
export function useMeter(engine: EngineName): Meter {
  const isThere = inject('endpoints')[engine] !== undefined
  let proxy: StoreProxy | undefined
  let app: TestApp | undefined
  const started = <T>(one: T | undefined): T => {
    if (one === undefined) throw new Error('the store is started before the tests')
    return one
  }
  beforeAll(async () => {
    if (!isThere) return
    proxy = await startProxy(endpointOf(engine))
    const { tableName } = await testApp({ engine })
    app = await testApp({ endpoint: proxy.endpoint, tableName })
    // A server that was told no time yet asks for it before its first creation.
    await jsonOf(app.request('/v1/health'))
  })
  afterAll(() => proxy?.stop())
  return {
    isThere,
    get app() {
      return started(app)
    },
    cold: (options) => testApp({ endpoint: started(proxy).endpoint, tableName: started(app).tableName, ...options }),
    cost: async (call, status = 200) => {
      const counted = started(proxy)
      counted.clear()
      const reply = await call()
      const text = await reply.text()
      if (reply.status !== status) throw new Error(`${reply.status} in place of ${status}: ${text}`)
      const requests = counted.exchanges.map(({ operation }) => operation).sort()
      return { requests, rounds: counted.rounds(), units: counted.units() }
    },
  }
}
