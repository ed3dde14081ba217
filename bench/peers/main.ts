import { writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { type Load, load, type Measured, measured } from '../measure.ts'
import { read, setting, withWritten } from '../page.ts'
import { markdown, table } from '../report.ts'
import { goals } from './goals.ts'
import { startMlflow } from './mlflow.ts'
import type { Metrics, Product } from './product.ts'
import { startRunmeta } from './runmeta.ts'
import { startZenml } from './zenml.ts'

/**
 * `npm run bench:peers [-- <page> [short]]`: sends the same logs and reads to real servers of MLflow and ZenML and to `npm start`,
 * and writes the figures to docs/performance.md, or to another page. MLFLOW_PYTHON and
 * ZENML_PYTHON are Pythons that have the product installed; `bench/peers/run` installs both.
 */

const [page = 'docs/performance.md', form = 'full'] = process.argv.slice(2)
const SECONDS = form === 'short' ? 0.2 : 3
const WARM_UP_SECONDS = form === 'short' ? 0 : 3
/** How often the products take turns, so that other load on the machine affects all of them equally. */
const ROUNDS = form === 'short' ? 1 : 3
const CLIENTS = [1, 8]
const MOST_CLIENTS = Math.max(...CLIENTS)

const { MLFLOW_PYTHON, ZENML_PYTHON } = process.env

/** All numbers differ, and every language writes them the same way. */
const metricsOf = (count: number): Metrics => ({
  accuracy: count + 0.25,
  precision: count + 0.5,
  recall: count + 0.75,
})

/** @returns the reply @throws if the run does not have these metrics */
async function check({ name, get, metricsIn }: Product, run: string, expected: Metrics): Promise<string> {
  const reply = await get(run)
  const found = metricsIn(reply) as Partial<Metrics> | undefined
  for (const key of ['accuracy', 'precision', 'recall'] as const) {
    if (found?.[key] !== expected[key])
      throw new Error(`${name}: logged ${JSON.stringify(expected)}, and read ${reply}`)
  }
  return reply
}

/** Measures a product. Each client has two runs: one with a single log to read, and one to log to. */
async function prepare(product: Product) {
  const read: string[] = []
  const logged: { readonly run: string; last: Metrics }[] = []
  let count = 0
  const logTo = async (run: string): Promise<Metrics> => {
    count += 1
    const metrics = metricsOf(count)
    await product.log(run, metrics, count)
    return metrics
  }
  const expected: string[] = []
  for (let n = 0; n < MOST_CLIENTS; n += 1) {
    const run = await product.createRun(`read-${n}`)
    const metrics = await logTo(run)
    await check(product, run, metrics)
    read.push(run)
    expected.push(String(metrics.accuracy))
    const other = await product.createRun(`logged-${n}`)
    logged.push({ run: other, last: await logTo(other) })
  }
  return {
    get: async (client: number) => {
      const reply = await product.get(read[client] ?? '')
      if (!reply.includes(expected[client] ?? '')) throw new Error(`${product.name}: read ${reply}`)
    },
    log: async (client: number) => {
      const mine = logged[client]
      if (mine !== undefined) mine.last = await logTo(mine.run)
    },
    /** Checks that each run has the value that was logged last. */
    checkLogged: async () => {
      for (const { run, last } of logged) await check(product, run, last)
    },
  }
}

const sections: string[] = []
const before = loadavg()[0]?.toFixed(1)
const products: Product[] = []
try {
  products.push(await startRunmeta(MOST_CLIENTS))
  if (MLFLOW_PYTHON !== undefined) products.push(await startMlflow(MOST_CLIENTS, MLFLOW_PYTHON))
  if (ZENML_PYTHON !== undefined) products.push(await startZenml(MOST_CLIENTS, ZENML_PYTHON))
  const subjects = []
  for (const product of products) subjects.push({ product, ...(await prepare(product)) })

  const columns = [
    'product',
    'version',
    'call',
    'clients',
    'a second',
    'p50 ms',
    'p99 ms',
    'refused',
    'runmeta is faster',
  ]
  const title = 'Calls over sockets, beside other products'
  const figures = table(title, columns)
  const rows: (string | number)[][] = []
  const ratios = new Map<string, number>()
  for (const call of ['log', 'get'] as const) {
    for (const subject of subjects) await load(MOST_CLIENTS, WARM_UP_SECONDS, subject[call], () => {})
    for (const clients of CLIENTS) {
      const loads = new Map<Product, Load[]>()
      const refusals = new Map<Product, number>()
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const { product, [call]: send } of subjects) {
          const refuse = () => refusals.set(product, (refusals.get(product) ?? 0) + 1)
          loads.set(product, [...(loads.get(product) ?? []), await load(clients, SECONDS, send, refuse)])
        }
      }
      let ours: Measured | undefined
      for (const { product } of subjects) {
        const mine = measured(...(loads.get(product) ?? []))
        if (mine.rate === 0) throw new Error(`${product.name} answered no ${call}`)
        ours ??= mine
        const ratio = ours.rate / mine.rate
        ratios.set(`${product.name} ${call} ${clients}`, ratio)
        const times = [mine.p50.toFixed(1), mine.p99.toFixed(1), refusals.get(product) ?? 0]
        const beside = product.name === 'runmeta' ? '' : `${ratio.toFixed(1)} times`
        const row = [
          product.name,
          product.version,
          call,
          clients,
          mine.rate.toFixed(mine.rate < 100 ? 1 : 0),
          ...times,
          beside,
        ]
        figures.row(...row)
        rows.push(row)
      }
    }
  }
  figures.end()
  for (const { checkLogged } of subjects) await checkLogged()
  const reached = goals(CLIENTS, ratios)
  console.log(`\n${markdown(reached)}`)
  sections.push(`**${title}**`, markdown({ columns, rows }), `**${reached.title}**`, markdown(reached))
} finally {
  for (const { stop } of products) await stop()
}

const intro = `## Beside MLflow and ZenML

\`npm run bench:peers\` made this section on ${setting()}; the machine's load was ${before} before it began.
It installs MLflow and ZenML from PyPI, in the versions that the import tests use, and starts their servers on loopback, as their guides do on one machine:
\`mlflow server\` on SQLite with its 4 workers, and \`zenml login --local\`, which uses SQLite. \`npm start\` runs beside them; a server that is not
being measured is idle. A log sets three numbers to new values: with \`POST /v1/runs/{run}/metadata\`, where they are searchable,
with \`runs/log-batch\`, which MLflow's client sends for \`log_metrics\`, and with \`POST /api/v1/run-metadata\`. A get reads a run with one log by its id: with \`GET /v1/runs/{run}\`,
with \`runs/get\`, and with \`GET /api/v1/runs/{id}\` with all of its fields. Each client has its own run and keeps its connection open. The load comes from another process on the same cores.
After a warm-up, each product is measured ${ROUNDS} times for ${SECONDS} seconds, and the products take turns. Only calls that succeed are counted. Each reply to a get is checked;
at the end the last log of each run is read back.`
await writeFile(page, withWritten(await read(page), 'npm run bench:peers', [intro, ...sections].join('\n\n')))
console.log(`\nthe section of ${page} is written`)
