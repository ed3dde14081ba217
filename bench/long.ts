import { Pool } from 'undici'
import { table } from './report.ts'
import { startServer } from './server.ts'

/**
 * `npm run bench:long [-- <logs>]`: how long the calls for a long run take, over sockets to `npm start`'s process: the first
 * read, later reads, pages of its history from both ends, the run as it was, a search that finds it, and its deletion.
 */

const LOGS = Number(process.argv[2] ?? 100_000)
const LOGS_PER_REQUEST = 100
const WRITERS = 8
const READS = 100
const PAGE = 1000

const { url, headers, memory, stop } = await startServer()
const pool = new Pool(url, { connections: WRITERS, pipelining: 1 })

async function call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<T> {
  const text = body === undefined ? null : JSON.stringify(body)
  const reply = await pool.request({ method, path, headers, body: text })
  const got = await reply.body.text()
  if (reply.statusCode >= 300) throw new Error(`${method} ${path}: ${reply.statusCode} ${got}`)
  return got === '' ? (undefined as T) : JSON.parse(got)
}

const figures = table(`A run of ${LOGS} logs`, ['what', 'ms'])

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  const result = await work()
  figures.row(name, (performance.now() - began).toFixed(1))
  return result
}

const { id } = await call<{ id: string }>('POST', '/v1/runs', { pipeline: 'bench' })
const path = `/v1/runs/${id}`
await timed('all logs, in requests of 100', async () => {
  let next = 0
  const writer = async () => {
    while (next < LOGS) {
      const from = next
      next += LOGS_PER_REQUEST
      const logs = Array.from({ length: LOGS_PER_REQUEST }, (_, n) => ({ run: id, metadata: { step: from + n } }))
      await call('POST', '/v1/metadata', { logs })
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, writer))
})
await timed('the first reading', () => call('GET', path))
const times: number[] = []
for (let n = 0; n < READS; n++) {
  const began = performance.now()
  await call('GET', path)
  times.push(performance.now() - began)
}
times.sort((one, other) => one - other)
figures.row(`a reading, median of ${READS}`, (times[READS / 2] ?? 0).toFixed(1))

interface Page {
  readonly entries: readonly { readonly createdAt: string }[]
  readonly next?: string
}

const history = (cursor = '') => call<Page>('GET', `${path}/history?key=step&limit=${PAGE}${cursor}`)
let page = await timed(`the first page of ${PAGE} of its history`, () => history())
let slowest = 0
let last = 0
let pages = 1
let oldest = page.entries.at(-1)
for (; page.next !== undefined; pages++) {
  const began = performance.now()
  page = await history(`&cursor=${page.next}`)
  last = performance.now() - began
  slowest = Math.max(slowest, last)
  oldest = page.entries.at(-1) ?? oldest
}
figures.row(`its last page, of ${pages}`, last.toFixed(1))
figures.row('its slowest page', slowest.toFixed(1))
await timed('the run as it was when its first log was made', () => call('GET', `${path}?at=${oldest?.createdAt}`))
await timed('a search that finds it', () => call('GET', `/v1/runs?where=${encodeURIComponent('/step >= 0')}`))
const { most } = await memory()
await timed('its deletion', () => call('DELETE', path))
figures.end()
console.log(`\n${most} MiB of memory at most, Node ${process.version}`)
await pool.close()
await stop()
