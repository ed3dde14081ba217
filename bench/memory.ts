import { randomBytes, randomUUID } from 'node:crypto'
import { table } from './report.ts'
import { startServer } from './server.ts'

/**
 * `npm run bench:memory [-- 8 10]`: the memory of `npm start`'s process while 8 clients each send 10 logs of 4 MiB that do not
 * compress, and read them. Linux only.
 */

const CLIENTS = Number(process.argv[2] ?? 8)
const LOGS = Number(process.argv[3] ?? 10)
/** A log may have 4 MiB, and each of its values 1 MiB. */
const VALUE_BYTES = 780_000

const { url, headers, memory, stop } = await startServer()

let refused = 0

/** Sends a request, and repeats it if the store was too slow for all of them. */
async function call(method: string, path: string, body?: string): Promise<string> {
  const sent = {
    method,
    headers: { ...headers, 'idempotency-key': randomUUID() },
    ...(body === undefined ? {} : { body }),
  }
  for (;;) {
    const reply = await fetch(url + path, sent)
    const text = await reply.text()
    if (reply.ok) return text
    if (reply.status !== 503) throw new Error(text)
    refused++
  }
}

const noise = () => randomBytes(VALUE_BYTES).toString('base64')
const bodies = Array.from({ length: CLIENTS }, () =>
  JSON.stringify({ metadata: { a: noise(), b: noise(), c: noise(), d: noise() } }),
)

async function measure(
  runs: readonly string[],
  name: string,
  once: (client: number, run: string) => Promise<unknown>,
): Promise<void> {
  const began = performance.now()
  await Promise.all(
    runs.map(async (run, client) => {
      for (let n = 0; n < LOGS; n++) await once(client, run)
    }),
  )
  const seconds = (performance.now() - began) / 1000
  const { now, most } = await memory()
  figures.row(name, ((CLIENTS * LOGS) / seconds).toFixed(1), most, now, refused)
}

const columns = ['call', 'a second', 'MiB at most', 'MiB afterwards', 'refused so far']
const figures = table(`Memory: ${CLIENTS} clients, ${LOGS} logs of ${bodies[0]?.length} bytes each`, columns)
const { now, most } = await memory()
figures.row('none yet', '', most, now, 0)
try {
  const made = bodies.map(async (): Promise<string> => JSON.parse(await call('POST', '/v1/runs', '{}')).id)
  const runs = await Promise.all(made)
  await measure(runs, 'log', (client, run) => call('POST', `/v1/runs/${run}/metadata`, bodies[client]))
  await measure(runs, 'get', (_, run) => call('GET', `/v1/runs/${run}`))
  figures.end()
} finally {
  await stop()
}
