import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../../test/support/port.ts'

/** The three numbers of each log. */
export interface Metrics {
  readonly accuracy: number
  readonly precision: number
  readonly recall: number
}

/** A running server of a product, with the calls that are compared. */
export interface Product {
  readonly name: string
  readonly version: string
  /** @returns the id of a new run */
  createRun(name: string): Promise<string>
  /** @param count The number of earlier logs, so that each log is different */
  log(run: string, metrics: Metrics, count: number): Promise<unknown>
  /** @returns the reply's body */
  get(run: string): Promise<string>
  /** The metrics in the reply to `get`. */
  metricsIn(reply: string): unknown
  /** Ends the server, and removes its data. */
  stop(): Promise<void>
}

const START_TIMEOUT_MS = 120_000
const LOG = 'server.log'

const running = new Set<ChildProcess>()

/** Ends a server and its workers, which are in its process group. */
function kill({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL')
}
process.once('exit', () => {
  for (const server of running) kill(server)
})
// Ctrl-C does not reach the servers, because they have their own process groups.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

export interface Served {
  readonly url: string
  stop(): Promise<void>
}

/** Starts a Python server in a new folder, and waits until it replies at `path`. */
export async function serve(
  python: string,
  path: string,
  args: (port: number) => readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), 'runmeta-peer-'))
  const port = await freePort()
  const log = openSync(join(folder, LOG), 'w')
  const server = spawn(python, args(port), {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, DO_NOT_TRACK: 'true', ...env },
    stdio: ['ignore', log, log],
    detached: true,
  })
  const ended = once(server, 'exit')
  running.add(server)
  const url = `http://127.0.0.1:${port}`
  const isUp = () =>
    fetch(`${url}${path}`).then(
      (reply) => reply.ok,
      () => false,
    )
  for (const end = performance.now() + START_TIMEOUT_MS; !(await isUp()); await delay(100)) {
    if (server.exitCode === null && performance.now() < end) continue
    throw new Error(`${args(port).join(' ')} did not start:\n${readFileSync(join(folder, LOG), 'utf8').slice(-2000)}`)
  }
  return {
    url,
    stop: async () => {
      running.delete(server)
      kill(server)
      await ended
      await rm(folder, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
