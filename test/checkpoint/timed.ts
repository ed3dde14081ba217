import { endpointOf, type FullRunBody, jsonOf, type RunBody, type TestApp, testApp } from '../support/app.ts'
import { type StoreProxy, startProxy } from '../support/proxy.ts'

export const MINUTE = 60_000

/** A server behind its own proxy, which can shift the store's time. */
export interface Timed {
  readonly app: TestApp
  readonly proxy: StoreProxy
  /** Another server over the same table. */
  another(): Promise<Timed>
}

export function createTimed({ held = 0 }: { readonly held?: number } = {}) {
  const proxies: StoreProxy[] = []
  async function start(tableName?: string): Promise<Timed> {
    const proxy = await startProxy(endpointOf('dynoxide'), { held })
    proxies.push(proxy)
    const app = await testApp({
      engine: 'dynoxide',
      endpoint: proxy.endpoint,
      ...(tableName === undefined ? {} : { tableName }),
    })
    return { app, proxy, another: () => start(app.tableName) }
  }
  return {
    start: () => start(),
    stop: async () => {
      await Promise.all(proxies.splice(0).map(({ stop }) => stop()))
    },
  }
}

export const newRun = async (app: TestApp, fields = '{"index":false}'): Promise<string> =>
  (await jsonOf<RunBody>(app.send('POST', '/v1/runs', fields), 201)).id

export const log = (app: TestApp, run: string, body: string, key?: string): Promise<Response> =>
  app.send('POST', `/v1/runs/${run}/metadata`, body, key === undefined ? {} : { 'idempotency-key': key })

/** Reads a run while the store's time is this many milliseconds later. */
export async function readAt<T = FullRunBody>({ app, proxy }: Timed, run: string, ms: number): Promise<T> {
  proxy.shiftDate(ms)
  return jsonOf<T>(app.request(`/v1/runs/${run}`))
}

/** A value of the largest size, which compresses to very little. */
export const BULKY = JSON.stringify('x'.repeat(1024 * 1024 - 2))
