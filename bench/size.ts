import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Pool } from 'undici'
import { read, setting, withWritten } from './page.ts'
import { markdown } from './report.ts'
import { KEY, startServer } from './server.ts'
import { fill } from './size/fill.ts'
import { counts, labelOf, times } from './size/measure.ts'
import { openOwn } from './size/own.ts'
import type { Send } from './size/world.ts'

/**
 * `npm run bench:size [-- <runs> <logs> [--write <page>]]`: measures the disk space and each call of the API
 * with this many runs and logs on SQLite, and with 1,000 runs. `-- 1000000 10000000 --write docs/performance.md` is the large one.
 */

const COMMAND = 'npm run bench:size'
const FEW = 1000
const MB = 1e6

const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'string' } } })
const [runs = 5 * FEW, logs = 10 * runs] = positionals.map(Number)
const logsPerRun = Math.round(logs / runs)
if (!(runs > FEW && logsPerRun >= 1)) throw new Error(`needs more than ${FEW} runs, and a log for each: ${positionals}`)

const directory = await mkdtemp(join(tmpdir(), 'runmeta-bench-'))

async function bytesOnDisk(): Promise<number> {
  let sum = 0
  for (const name of await readdir(directory)) sum += (await stat(join(directory, name))).size
  return sum
}

const sending =
  (pool: Pool, own: Readonly<Record<string, string>>): Send =>
  async ({ method, path, body, headers = {} }) => {
    const reply = await pool.request({ method, path, body: body ?? null, headers: { ...own, ...headers } })
    return { status: reply.statusCode, text: await reply.body.text() }
  }

/** Creates the runs from number `from` to `to`, and measures. */
async function measure(from: number, to: number) {
  const own = await openOwn(directory, KEY)
  const seconds = await fill(own.send, from, to, logsPerRun)
  const asked = await counts(own)
  await own.close()
  const bytes = await bytesOnDisk()
  const server = await startServer(undefined, undefined, directory)
  const idle = (await server.memory()).now
  const pool = new Pool(server.url, { connections: 1, pipelining: 1 })
  const taken = await times(sending(pool, server.headers))
  const { most } = await server.memory()
  await pool.close()
  await server.stop()
  return {
    seconds,
    rate: ((to - from) * logsPerRun) / seconds,
    asked,
    taken,
    bytes,
    idle,
    most,
    readyMs: server.readyMs,
  }
}

const few = await measure(0, FEW)
const many = await measure(FEW, runs)
await rm(directory, { recursive: true })

const number = (n: number, digits = 0): string =>
  n.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
const both = (what: string, of: (one: typeof few) => string) => [what, of(few), of(many)]
const sizes = {
  columns: ['what', `${number(FEW)} runs`, `${number(runs)} runs`],
  rows: [
    both('logs', (one) => number((one === few ? FEW : runs) * logsPerRun)),
    both('MB on disk', ({ bytes }) => number(bytes / MB)),
    both('logs a second while they were made', ({ rate }) => number(rate)),
    both('ready after ms', ({ readyMs }) => number(readyMs)),
    both('MiB of the process when idle', ({ idle }) => number(idle)),
    both('MiB at most during the calls', ({ most }) => number(most)),
  ],
}
const ms = (n: number | undefined): string => (n === undefined ? '' : number(n, 2))
const calls = {
  columns: [
    'call',
    'ms',
    `ms among ${number(runs)}`,
    'port calls',
    `among ${number(runs)}`,
    'items',
    `among ${number(runs)}`,
  ],
  rows: [...many.asked].map(([name, asked]) => {
    const before = few.asked.get(name) ?? { calls: Number.NaN, items: Number.NaN }
    const [time, later] = [few.taken.get(name), many.taken.get(name)]
    return [labelOf(name), ms(time), ms(later), before.calls, asked.calls, before.items, asked.items]
  }),
}
const grown = [...many.asked].filter(([name, { calls: asked }]) => asked > (few.asked.get(name)?.calls ?? 0))

const text = `## ${number(runs)} runs

\`${COMMAND} -- ${runs} ${logs}\` made this section on ${setting()}.
It fills a data directory through the API, in its own process, with 32 clients and 100 logs in each request; that took ${number((few.seconds + many.seconds) / 60, 1)} minutes. Then \`npm start\`'s
process serves it. Each call is for a run of 10 logs; its time is the median of 20 over a socket, without other load. The calls of the table port, and the
items that they read or write, are counted in the bench's process. ${grown.length === 0 ? 'No call needs more calls of the table port than among 1,000 runs.' : `These need more calls of the table port: ${grown.map(([name]) => labelOf(name)).join('; ')}.`}

**${number(runs)} runs and ${number(logs)} logs on SQLite**

${markdown(sizes)}

**Each call, among 1,000 runs and among ${number(runs)}**

${markdown(calls)}`
console.log(text)
if (values.write !== undefined) {
  await writeFile(values.write, withWritten(await read(values.write), COMMAND, text))
  console.log(`\nthe section of ${values.write} is written`)
}
