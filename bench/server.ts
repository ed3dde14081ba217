import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The built server, which `npm start` runs. */
const START = 'scripts/start.mjs'
export const KEY = 'a-root-key-for-the-bench'

export interface BenchServer {
  readonly url: string
  /** Its data directory. */
  readonly directory: string
  /** The root key. */
  readonly apiKey: string
  /** The headers of a JSON request with the root key. */
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds from the start of the process until it prints its address. */
  readonly readyMs: number
  /** The resident memory of the process in MiB, now and at most so far; Linux only. */
  memory(): Promise<{ readonly now: number; readonly most: number }>
  /** Ends the server, and removes its data directory unless that was given. */
  stop(): Promise<void>
}

/**
 * Starts a process that serves on a free port, as `npm start` does.
 * @param kept - A data directory that is not removed. @default a new one
 */
export async function startServer(
  script = START,
  node: string = process.execPath,
  kept?: string,
): Promise<BenchServer> {
  const directory = kept ?? (await mkdtemp(join(tmpdir(), 'runmeta-bench-')))
  const began = performance.now()
  const server = spawn(node, [script], {
    env: { ...process.env, PORT: '0', RUNMETA_DATA: directory, RUNMETA_ROOT_KEY: KEY, RUNMETA_LOG: 'none' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [greeting] = await once(server.stdout, 'data')
  const readyMs = performance.now() - began
  return {
    url: /http:\/\/[\d.]+:\d+/.exec(String(greeting))?.[0] ?? '',
    directory,
    apiKey: KEY,
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    readyMs,
    memory: async () => {
      const status = await readFile(`/proc/${server.pid}/status`, 'utf8')
      const of = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024)
      return { now: of('VmRSS'), most: of('VmHWM') }
    },
    stop: async () => {
      server.kill()
      await once(server, 'exit')
      if (kept === undefined) await rm(directory, { recursive: true })
    },
  }
}
