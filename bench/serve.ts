import { bareRate } from './bare.ts'
import { createCaller, load, measured } from './measure.ts'
import { table } from './report.ts'
import { startServer } from './server.ts'

/**
 * `npm run bench:serve [-- <seconds> [<warm-up>]]`: measures `npm start` over real sockets, with this process as the load: requests a
 * second, p50 and p99 in ms with 1, 8 and 64 clients, each after a warm-up. For logs it also measures SQLite alone with the
 * same transactions.
 */

const SECONDS = Number(process.argv[2] ?? 4)
const CLIENTS = [1, 8, 64]
/** The warm-up of each operation, in which V8 compiles the code. */
const WARM_UP_SECONDS = Number(process.argv[3] ?? 2)
const WARM_UP_CLIENTS = 8
const RUNS = 64
const LOG = JSON.stringify({ metadata: { run_metrics: { accuracy: 0.93, precision: 0.91, recall: 0.92 } } })

const { url, headers, readyMs, stop } = await startServer()
const { call, close } = createCaller(url, headers, Math.max(...CLIENTS))

const createRuns = (index: boolean) =>
  Promise.all(
    Array.from({ length: RUNS }, async (): Promise<string> => {
      const { id } = JSON.parse(await call('POST', '/v1/runs', JSON.stringify({ pipeline: 'bench', index })))
      await call('POST', `/v1/runs/${id}/metadata`, LOG)
      return id
    }),
  )

const indexed = await createRuns(true)
const plain = await createRuns(false)
const any = (runs: readonly string[]) => runs[Math.floor(Math.random() * runs.length)]

const OPERATIONS: Readonly<Record<string, (client: number) => Promise<unknown>>> = {
  get: (n) => call('GET', `/v1/runs/${indexed[n % RUNS]}`),
  list: () => call('GET', '/v1/runs?limit=50'),
  search: () => call('GET', `/v1/runs?limit=50&where=${encodeURIComponent('/run_metrics/accuracy >= 0.9')}`),
  log: () => call('POST', `/v1/runs/${any(indexed)}/metadata`, LOG),
  'log, index: false': () => call('POST', `/v1/runs/${any(plain)}/metadata`, LOG),
}

const figures = table('Calls over sockets', [
  'call',
  'clients',
  'a second',
  'p50 ms',
  'p99 ms',
  'SQLite alone',
  'ratio',
])
for (const [name, send] of Object.entries(OPERATIONS)) {
  await load(WARM_UP_CLIENTS, WARM_UP_SECONDS, send)
  for (const clients of CLIENTS) {
    const { rate, p50, p99 } = measured(await load(clients, SECONDS, send))
    const bare = name.startsWith('log') ? await bareRate(LOG, name === 'log', clients) : undefined
    const beside = bare === undefined ? ['', ''] : [bare.toFixed(0), (rate / bare).toFixed(2)]
    figures.row(name, clients, rate.toFixed(0), p50.toFixed(1), p99.toFixed(1), ...beside)
  }
}
figures.end()
console.log(`\nready after ${readyMs.toFixed(0)} ms, Node ${process.version}`)
await close()
await stop()
