import { afterAll, beforeAll, describe, inject } from 'vitest'
import { endpointOf, jsonOf, type TestApp, testApp } from './app.ts'
import type { EngineName } from './engines.ts'
import { type StoreProxy, startProxy } from './proxy.ts'

/** The stores that report the capacity of a request. */
const METERED = ['dynoxide', 'dynamodb-local'] as const satisfies readonly EngineName[]

export interface Cost {
  readonly requests: readonly string[]
  /** The number of requests that waited for another, plus one. */
  readonly rounds: number
  /** The sum of WCU and RCU. */
  readonly units: number
}

interface Meter {
  readonly engine: EngineName
  readonly app: TestApp
  /** Another server over the same table, which has cached nothing. */
  cold(options?: Parameters<typeof testApp>[0]): Promise<TestApp>
  /** The cost of a call, which must have this status. */
  cost(call: () => Promise<Response>, status?: number): Promise<Cost>
}

/** An app whose requests to the store are counted by a proxy, for the tests of one `describe`. */
function useMeter(engine: EngineName): Meter {
  let proxy: StoreProxy | undefined
  let app: TestApp | undefined
  const started = <T>(one: T | undefined): T => {
    if (one === undefined) throw new Error('the store is started before the tests')
    return one
  }
  beforeAll(async () => {
    proxy = await startProxy(endpointOf(engine))
    const { tableName } = await testApp({ engine })
    app = await testApp({ endpoint: proxy.endpoint, tableName })
    // A server without the store's time requests it before its first creation.
    await jsonOf(app.request('/v1/health'))
  })
  afterAll(() => proxy?.stop())
  return {
    engine,
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

/** Tests on a store; if it cannot run on this machine, they are counted as skipped. */
export function describeOn(engine: EngineName, title: string, tests: () => void): void {
  const isThere = inject('endpoints')[engine] !== undefined
  describe.skipIf(!isThere)(title, tests)
}

/** Tests on each store that reports the capacity of a request. */
export function describeMetered(title: string, tests: (meter: Meter) => void): void {
  for (const engine of METERED) describeOn(engine, `on ${engine} ${title}`, () => tests(useMeter(engine)))
}
