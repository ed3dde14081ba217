import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from '@runmeta/sdk'
import { buildCommand, COMMAND_FOLDER } from '../scripts/command.ts'
import { table } from './report.ts'
import { startServer } from './server.ts'

/** `npm run bench:transfer [-- <logs>]`: exports all runs of a server to a file, and imports them into an empty server. */

const LOGS = Number(process.argv[2] ?? 100_000)
const LOGS_PER_RUN = 100

await buildCommand()
const [from, to] = await Promise.all([startServer(), startServer()])
const folder = await mkdtemp(join(tmpdir(), 'runmeta-bench-'))
const file = join(folder, 'runs.jsonl')

const client = new Client({ url: from.url, apiKey: from.apiKey })
for (let run = 0; run < LOGS / LOGS_PER_RUN; run++) {
  const { id } = await client.createRun({ name: `run-${run}`, pipeline: 'bench', status: 'completed' })
  const logs = Array.from({ length: LOGS_PER_RUN }, (_, step) => ({
    runIdNameOrPrefix: id,
    metadata: { step, metrics: { loss: 1 / (step + 1), accuracy: step / LOGS_PER_RUN } },
  }))
  for (const result of await client.logMany(logs)) if (result instanceof Error) throw result
}

async function seconds(server: typeof from, ...args: string[]): Promise<number> {
  const began = performance.now()
  const env = { ...process.env, RUNMETA_URL: server.url, RUNMETA_API_KEY: server.apiKey }
  await promisify(execFile)(process.execPath, [join(COMMAND_FOLDER, 'main.mjs'), ...args], { env })
  return (performance.now() - began) / 1000
}

const figures = table(`${LOGS} logs of ${LOGS / LOGS_PER_RUN} runs`, ['command', 'seconds', 'logs a second', 'MB'])
const row = (name: string, time: number, bytes: number) =>
  figures.row(name, time.toFixed(1), (LOGS / time).toFixed(0), (bytes / 1e6).toFixed(1))
const exported = await seconds(from, 'export', '--out', file)
const { size } = await stat(file)
row('export', exported, size)
row('import', await seconds(to, 'import', file), size)
row('import, nothing new', await seconds(to, 'import', file), size)
figures.end()
await Promise.all([from.stop(), to.stop()])
await rm(folder, { recursive: true })
