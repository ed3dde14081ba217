import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What `npm start` runs. */
const START = 'scripts/start.mjs'
export const KEY = 'a-root-key-for-the-bench'

export interface BenchServer {
  readonly url: string
  /** Its data directory. */
  readonly directory: string
  /** The root key. */
  readonly apiKey: string
  /** Of a request with a body of JSON, by the root key. */
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds from its start to its address. */
  readonly readyMs: number
  /** MiB of the process that are in memory now, and at most so far; Linux only. */
  memory(): Promise<{ readonly now: number; readonly most: number }>
  /** Ends it, and removes its data if they were new. */
  stop(): Promise<void>
}

/**
 * A process that serves on a free port, as `npm start` does, or a script in its place on another Node.
 * @param kept - A data directory that stays. @default a new one
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
