import { dirname, join } from 'node:path'
import { createCaller } from '../measure.ts'
import { type Product, serve } from './product.ts'

const API = '/api/v1'

/** `zenml login --local`: ZenML's server for one machine, on SQLite. */
export async function startZenml(clients: number, python: string): Promise<Product> {
  const command = join(dirname(python), 'zenml')
  const { url, stop } = await serve(
    python,
    `${API}/info`,
    (port) => [command, 'login', '--local', '--blocking', '--port', String(port)],
    { ZENML_ANALYTICS_OPT_IN: 'false', ZENML_AUTO_OPEN_DASHBOARD: 'false' },
  )
  const login = await fetch(`${url}${API}/login`, {
    method: 'POST',
    body: new URLSearchParams({ username: 'default', password: '' }),
  })
  if (!login.ok) throw new Error(`ZenML's server refused the login: ${login.status} ${await login.text()}`)
  const { access_token: token } = (await login.json()) as { access_token: string }
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const { call, close } = createCaller(url, headers, clients)
  const post = async (path: string, body: object) =>
    JSON.parse(await call('POST', `${API}${path}`, JSON.stringify(body)))
  const first = async (path: string): Promise<string> => JSON.parse(await call('GET', `${API}${path}`)).items[0].id

  const project = await first('/projects')
  const pipeline = await post('/pipelines', { project, name: 'bench' })
  const snapshot = await post('/pipeline_snapshots', {
    project,
    run_name_template: 'bench',
    pipeline_configuration: { name: 'bench' },
    stack: await first('/stacks'),
    pipeline: pipeline.id,
  })
  return {
    name: 'ZenML',
    version: JSON.parse(await call('GET', `${API}/info`)).version,
    createRun: async (name) => (await post('/runs', { project, name, snapshot: snapshot.id, status: 'running' }))[0].id,
    log: (run, metrics) =>
      post('/run-metadata', {
        project,
        resources: [{ id: run, type: 'pipeline_run' }],
        values: { run_metrics: metrics },
        types: { run_metrics: 'dict' },
      }),
    get: (run) => call('GET', `${API}/runs/${run}?hydrate=true`),
    metricsIn: (reply) => JSON.parse(reply).metadata.run_metadata.run_metrics,
    stop: async () => {
      await close()
      await stop()
    },
  }
}
