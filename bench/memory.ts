import { spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * `npm run bench:memory [-- 8 10]`: what `npm start`'s process holds while so many clients send logs of 4 MiB that do not
 * compress, so many each, and read them. Its own memory, the engine's not counted; Linux only.
 */

const CLIENTS = Number(process.argv[2] ?? 8)
const LOGS = Number(process.argv[3] ?? 10)
/** Of the 4 MiB a log may have, and of the 1 MiB a value may have. */
const VALUE_BYTES = 780_000

const directory = await mkdtemp(join(tmpdir(), 'runmeta-memory-'))
const key = 'a-key-for-the-bench'
const server = spawn(process.execPath, ['scripts/start.mjs'], {
  env: { ...process.env, PORT: '0', RUNMETA_DATA: directory, RUNMETA_ROOT_KEY: key },
  stdio: ['ignore', 'pipe', 'ignore'],
})
const [greeting] = await once(server.stdout, 'data')
const url = /http:\/\/[\d.]+:\d+/.exec(String(greeting))?.[0] ?? ''
const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }

/** MiB of the process that are in memory now, and at most so far. */
async function memory(): Promise<{ now: number; most: number }> {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8')
  const of = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024)
  return { now: of('VmRSS'), most: of('VmHWM') }
}

let refused = 0

/** Sends a request, and again where the store was too slow for all of them. */
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
  const rate = ((CLIENTS * LOGS) / seconds).toFixed(1)
  console.log(`${name.padEnd(5)} ${rate}/s; ${most} MiB at most, ${now} MiB afterwards; ${refused} refused so far`)
}

console.log(
  `at the start ${(await memory()).now} MiB; ${CLIENTS} clients, ${LOGS} logs of ${bodies[0]?.length} bytes each`,
)
try {
  const made = bodies.map(async (): Promise<string> => JSON.parse(await call('POST', '/v1/runs', '{}')).id)
  const runs = await Promise.all(made)
  await measure(runs, 'log', (client, run) => call('POST', `/v1/runs/${run}/metadata`, bodies[client]))
  await measure(runs, 'get', (_, run) => call('GET', `/v1/runs/${run}`))
} finally {
  server.kill()
  await once(server, 'exit')
  await rm(directory, { recursive: true })
}
