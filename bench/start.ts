import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { nodeIn } from '../test/support/installed.ts'
import { table } from './report.ts'
import { startServer } from './server.ts'

/**
 * `npm run bench:start [-- <starts>]`: how long the built server takes from its start until it prints its address, and its
 * memory when idle, on each Node that the tests install. Linux only.
 */

const STARTS = Number(process.argv[2] ?? 7)
const IDLE_MS = 2000
const SERVER = 'packages/local/dist/main.mjs'
/** The folders of the tests that have their own Node. */
const NODES = ['runtimes/node20', 'runtimes/node22', 'bundle/node24']

interface Start {
  readonly readyMs: number
  readonly idleMib: number
}

async function start(node: string): Promise<Start> {
  const { readyMs, memory, stop } = await startServer(SERVER, node)
  await delay(IDLE_MS)
  const { now } = await memory()
  await stop()
  return { readyMs, idleMib: now }
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN

const nodes = NODES.flatMap((folder) => {
  const node = nodeIn(folder)
  if (node === undefined) console.error(`test/${folder} holds no Node here; it is not measured`)
  return node ?? []
})

const figures = table(`${STARTS} starts`, ['Node', 'ready ms, median', 'least', 'most', 'idle MiB'])
for (const node of nodes) {
  const [version] = await once(spawn(node, ['--version']).stdout, 'data')
  const starts: Start[] = []
  for (let n = 0; n < STARTS; n++) starts.push(await start(node))
  const ready = starts.map(({ readyMs }) => readyMs)
  const [least, most, idle] = [Math.min(...ready), Math.max(...ready), median(starts.map(({ idleMib }) => idleMib))]
  figures.row(String(version).trim(), ...[median(ready), least, most, idle].map((value) => value.toFixed(0)))
}
figures.end()
