import { createCaller } from '../measure.ts'
import { commit } from '../page.ts'
import { startServer } from '../server.ts'
import type { Product } from './product.ts'

/** `npm start`. The numbers are searchable, which is the default. */
export async function startRunmeta(clients: number): Promise<Product> {
  const { url, headers, stop } = await startServer()
  const { call, close } = createCaller(url, headers, clients)
  return {
    name: 'runmeta',
    version: commit(),
    createRun: async (name) => JSON.parse(await call('POST', '/v1/runs', JSON.stringify({ name }))).id,
    log: (run, metrics) =>
      call('POST', `/v1/runs/${run}/metadata`, JSON.stringify({ metadata: { run_metrics: metrics } })),
    get: (run) => call('GET', `/v1/runs/${run}`),
    metricsIn: (reply) => JSON.parse(reply).metadata.run_metrics,
    stop: async () => {
      await close()
      await stop()
    },
  }
}
