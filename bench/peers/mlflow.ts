import { createCaller } from '../measure.ts'
import { type Product, serve } from './product.ts'

const API = '/api/2.0/mlflow'

interface MlflowMetric {
  readonly key: string
  readonly value: number
}

/** `mlflow server` on SQLite with its default number of workers, as its guide recommends for one machine. */
export async function startMlflow(clients: number, python: string): Promise<Product> {
  const args = (port: number) => ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port)]
  const store = ['--backend-store-uri', 'sqlite:///mlflow.db']
  const { url, stop } = await serve(python, '/health', (port) => [...args(port), ...store], {
    MLFLOW_DISABLE_TELEMETRY: 'true',
  })
  const { call, close } = createCaller(url, { 'content-type': 'application/json' }, clients)
  return {
    name: 'MLflow',
    version: await call('GET', '/version'),
    createRun: async (name) => {
      const body = { experiment_id: '0', run_name: name, start_time: Date.now() }
      return JSON.parse(await call('POST', `${API}/runs/create`, JSON.stringify(body))).run.info.run_id
    },
    // MLflow's client sends this for `log_metrics`.
    log: (run, metrics, count) => {
      const timestamp = Date.now()
      const all = Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp, step: count }))
      return call('POST', `${API}/runs/log-batch`, JSON.stringify({ run_id: run, metrics: all, params: [], tags: [] }))
    },
    get: (run) => call('GET', `${API}/runs/get?run_id=${run}`),
    metricsIn: (reply) => {
      const found: readonly MlflowMetric[] = JSON.parse(reply).run.data.metrics
      return Object.fromEntries(found.map(({ key, value }) => [key, value]))
    },
    stop: async () => {
      await close()
      await stop()
    },
  }
}
