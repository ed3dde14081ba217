import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureTable } from '@runmeta/core/table/dynamo/create'
import { serve } from '@runmeta/local/serve'
import { requireDynoxide } from '../test/support/dynoxide.ts'
import { fill } from '../test/support/fill.ts'
import { startProxy } from '../test/support/proxy.ts'
import { CHECKED, filling, SEARCHES } from '../test/support/searches.ts'
import { table } from './report.ts'

/**
 * `npm run bench:search [-- <runs>…]`: pages of searches among 1,000, 10,000 and 100,000 runs on Dynoxide: the requests that they
 * make, counted on a socket, and how long they take over a socket. With TMPDIR on a disk in memory, filling is faster; the
 * searches only read.
 */

const asked = process.argv.slice(2).map(Number)
const SIZES = asked.length > 0 ? asked : [1_000, 10_000, 100_000]
const LIMIT = 50
const TIMES = 40
const TABLE = 'runmeta'
const KEY = 'a-key-for-the-bench'
/** How many pages of 10 runs come before the late page, if there are as many runs. */
const DEEP = { pages: 2000, limit: 10 }

interface Page {
  readonly runs: readonly unknown[]
  readonly next?: string
}
type Ask = (search: object) => Promise<Page>

const directory = await mkdtemp(join(tmpdir(), 'runmeta-bench-'))
const engine = await requireDynoxide(directory)
const { endpoint } = engine
const client = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
await ensureTable({ ...client, endpoint }, TABLE)
const proxy = await startProxy(endpoint)
const agent = new Agent({ keepAlive: true })
const serverOn = (store: string) =>
  serve({ directory, host: '127.0.0.1', port: 0, store: { endpoint: store, client }, tableName: TABLE, rootKey: KEY })
const servers = { direct: await serverOn(endpoint), counted: await serverOn(proxy.endpoint) }

const asking =
  ({ url }: { readonly url: string }): Ask =>
  (search) =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }
      const sent = request(`${url}/v1/runs/search`, { method: 'POST', agent, headers }, async (reply) => {
        const text = Buffer.concat(await reply.toArray()).toString()
        if (reply.statusCode === 200) resolve(JSON.parse(text))
        else reject(new Error(text))
      })
      sent.on('error', reject)
      sent.end(JSON.stringify(search))
    })
const direct = asking(servers.direct)
const counted = asking(servers.counted)

async function line(size: number, name: string, search: object): Promise<void> {
  proxy.clear()
  const { runs } = await counted(search)
  const [requests, rounds, units] = [proxy.exchanges.length, proxy.rounds(), proxy.units()]
  const times: number[] = []
  for (let n = 0; n < TIMES; n++) {
    const began = performance.now()
    await direct(search)
    times.push(performance.now() - began)
  }
  times.sort((one, other) => one - other)
  const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(1)
  figures.row(size, name, runs.length, requests, rounds, units, at(0.5), at(0.95))
}

/** The cursor of a late page. */
async function deep(search: object): Promise<{ at: number; cursor: string | undefined }> {
  let cursor: string | undefined
  let at = 1
  for (; at < DEEP.pages; at++) {
    const { next } = await direct({ ...search, limit: DEEP.limit, cursor })
    if (next === undefined) break
    cursor = next
  }
  return { at, cursor }
}

const figures = table(`Pages of ${LIMIT} runs, counted on a socket`, [
  'among',
  'search',
  'runs',
  'requests',
  'rounds',
  'RCU',
  'p50 ms',
  'p95 ms',
])
let filled = 0
for (const size of SIZES) {
  await fill({ endpoint, tableName: TABLE }, filled, size, filling)
  filled = size
  for (const [name, search] of Object.entries({ ...SEARCHES, ...CHECKED }))
    await line(size, name, { ...search, limit: LIMIT })
  for (const name of ['the newest', 'the best']) {
    const search = SEARCHES[name] ?? {}
    const { at, cursor } = await deep(search)
    await line(size, `${name}, page ${at} of ${DEEP.limit}`, { ...search, limit: DEEP.limit, cursor })
  }
}
figures.end()
agent.destroy()
for (const { stop } of Object.values(servers)) await stop()
await proxy.stop()
await engine.stop()
await rm(directory, { recursive: true })
