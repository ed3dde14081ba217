import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '@runmeta/api/app'
import { createSigner } from '@runmeta/core/auth/token/signer'
import { mapLimit } from '@runmeta/core/map-limit'
import { createServer } from '@runmeta/core/server'
import type { Clock } from '@runmeta/core/table/clock'
import { ensureTable } from '@runmeta/core/table/dynamo/create'
import { createDynamoTable } from '@runmeta/core/table/dynamo/index'
import { requireDynoxide } from '../test/support/dynoxide.ts'

/**
 * `npm run bench:long`: reads of a run with 10 logs and of one with 10,000, both older than a checkpoint's watermark, in one
 * process over the embedded engine. The server's clock is put ahead, so that nobody waits for the logs to grow old.
 */

const SIZES = [10, 10_000]
const WRITERS = 32
const READS = 100
const KEY = 'a-key-for-the-bench'
const TABLE = 'runmeta'
const LATER = 20 * 60_000

let ahead = 0
const clock: Clock = {
  now: () => Date.now() + ahead,
  local: () => Date.now(),
  observe: () => undefined,
  isSynced: () => true,
  jumpCount: () => 0,
}

const directory = await mkdtemp(join(tmpdir(), 'runmeta-bench-'))
const engine = await requireDynoxide(directory)
const client = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
await ensureTable({ ...client, endpoint: engine.endpoint }, TABLE)
const app = createApp({
  server: createServer({
    table: createDynamoTable({ tableName: TABLE, endpoint: engine.endpoint, clock, client }),
    clock,
  }),
  rootKey: KEY,
  signer: createSigner([KEY]),
  engine: { name: 'dynoxide', promises: [] },
  openapi: async () => '{}',
  onError: (error) => console.error(error),
})

async function call(method: string, path: string, body?: string): Promise<string> {
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }
  const reply = await app.request(path, { method, headers, ...(body === undefined ? {} : { body }) })
  const text = await reply.text()
  if (!reply.ok) throw new Error(text)
  return text
}

async function medianOf(size: number): Promise<number> {
  ahead = 0
  const { id } = JSON.parse(await call('POST', '/v1/runs', '{"index":false}')) as { id: string }
  const path = `/v1/runs/${id}`
  const steps = Array.from({ length: size }, (_, step) => step)
  await mapLimit(steps, WRITERS, async (step) => {
    await call('POST', `${path}/metadata`, JSON.stringify({ metadata: { step, loss: { value: 1 / (step + 1) } } }))
  })
  ahead = LATER
  const first = performance.now()
  await call('GET', path)
  console.log(
    `${size} logs: ${(performance.now() - first).toFixed(1)} ms for the first read, which makes the checkpoint`,
  )
  const times: number[] = []
  for (let n = 0; n < READS; n++) {
    const began = performance.now()
    await call('GET', path)
    times.push(performance.now() - began)
  }
  times.sort((one, other) => one - other)
  const median = times[READS / 2] ?? 0
  console.log(`${size} logs: ${median.toFixed(2)} ms a read, the median of ${READS}`)
  return median
}

// Not counted: the first reads of a process are slow whatever they read.
await medianOf(SIZES[0] ?? 0)
const medians: number[] = []
for (const size of SIZES) medians.push(await medianOf(size))
const [few = 1, many = 0] = medians
console.log(`${SIZES[1]} logs take ${(many / few).toFixed(2)} times as long as ${SIZES[0]}`)
await engine.stop()
await rm(directory, { recursive: true })
