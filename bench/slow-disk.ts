import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { Pool } from 'undici'
import { table } from './report.ts'
import { startServer } from './server.ts'

/**
 * `npm run bench:slow-disk [-- <seconds>]`: reads while the commits of logs are slow. Another process holds SQLite's write
 * lock for 50 ms before each commit.
 */

const HELD_MS = 50
const [mode = '5', file = ''] = process.argv.slice(2)

/** Blocks, as a disk does. */
const block = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

if (mode === 'hold') {
  const db = new DatabaseSync(file, { timeout: 10_000 })
  process.stdout.write('held')
  const version = db.prepare('pragma data_version')
  const commits = () => version.get()?.data_version
  for (;;) {
    db.exec('begin immediate')
    block(HELD_MS)
    db.exec('rollback')
    for (const before = commits(); commits() === before; ) block(1)
  }
}

const SECONDS = Number(mode)
const WRITERS = 8
const LOG = JSON.stringify({ metadata: { run_metrics: { accuracy: 0.93, precision: 0.91, recall: 0.92 } } })

const { url, headers, directory, stop } = await startServer()
const pool = new Pool(url, { connections: WRITERS + 1, pipelining: 1 })

async function call(method: 'GET' | 'POST', path: string, body: string | null = null): Promise<string> {
  const reply = await pool.request({ method, path, headers, body })
  const text = await reply.body.text()
  if (reply.statusCode >= 300) throw new Error(text)
  return text
}

async function measure(name: string): Promise<void> {
  const end = performance.now() + SECONDS * 1000
  const during = async (work: () => Promise<unknown>): Promise<number[]> => {
    const times: number[] = []
    while (performance.now() < end) {
      const began = performance.now()
      await work()
      times.push(performance.now() - began)
    }
    return times
  }
  const log = () => call('POST', `/v1/runs/${id}/metadata`, LOG)
  const [reads, ...logs] = await Promise.all([
    during(() => call('GET', `/v1/runs/${id}`)),
    ...Array.from({ length: WRITERS }, () => during(log)),
  ])
  for (const [call, all] of Object.entries({ get: reads, log: logs.flat() })) {
    const times = all.toSorted((one, other) => one - other)
    const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(1)
    figures.row(name, call, (times.length / SECONDS).toFixed(0), at(0.5), at(0.99))
  }
}

const { id } = JSON.parse(await call('POST', '/v1/runs', '{}')) as { id: string }
const figures = table(`Reads beside ${WRITERS} clients that log`, ['commits', 'call', 'a second', 'p50 ms', 'p99 ms'])
await measure('as they are')
const holder = spawn(process.execPath, [
  ...process.execArgv,
  'bench/slow-disk.ts',
  'hold',
  join(directory, 'runmeta.sqlite'),
])
holder.stderr.pipe(process.stderr)
await once(holder.stdout, 'data')
await measure(`held up for ${HELD_MS} ms`)
figures.end()
holder.kill()
await pool.close()
await stop()
