import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Engine } from '@runmeta/api/env'

/** An embedded engine that serves the DynamoDB API on loopback. */
export interface RunningEngine extends Engine {
  readonly endpoint: string
  readonly pid: number
  /** Settles when the engine has ended, asked to or not. */
  readonly ended: Promise<string>
  stop(): Promise<void>
}

const DATABASE = 'runmeta.sqlite'
const PROMISES = [
  'an acknowledged write is on disk: it survives kill -9 and a power cut',
  'reads by id and by exact name see every write acknowledged before them',
]
/** Milliseconds. */
const READY_WITHIN = 10_000
const STOP_WITHIN = 5000
const POLL = 5

/**
 * Runs the engine under a shell that holds the other end of a pipe from this process: when this process is gone, however
 * it went, the pipe ends and the shell ends the engine. So no engine outlives its server.
 */
const SUPERVISED = `exec 3<&0
"$@" </dev/null 3<&- &
engine=$!
{ read -r _ <&3; kill "$engine" 2>/dev/null; } &
wait "$engine"`

/** The path of the engine's binary, or nothing where there is none for this platform. */
function findBinary(): string | undefined {
  const name = `@dynoxide/${process.platform}-${process.arch}`
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`)
    return join(dirname(manifest), 'dynoxide')
  } catch {
    return undefined
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port on loopback')
  return address.port
}

const isListening = async (endpoint: string): Promise<boolean> => {
  try {
    await fetch(endpoint, { method: 'HEAD', signal: AbortSignal.timeout(1000) })
    return true
  } catch {
    return false
  }
}

/** Says how a child process ended, with the last of what it wrote to its standard error. */
function endOf(child: ChildProcess): Promise<string> {
  let complaint = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2000)
  })
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(`${signal ?? `exit code ${code}`} ${complaint}`.trim()))
  })
}

/** Starts the engine over a data directory, and waits until it answers. */
export async function startEngine(directory: string): Promise<RunningEngine> {
  const binary = findBinary()
  if (binary === undefined) {
    throw new Error(
      `there is no embedded engine for ${process.platform}-${process.arch}; set RUNMETA_DYNAMODB_ENDPOINT to a DynamoDB API`,
    )
  }
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  const command = [
    binary,
    'serve',
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--db-path',
    join(directory, DATABASE),
  ]
  // A group of its own: Ctrl-C on the terminal is for the server, which ends the engine after its last request.
  const child = spawn('/bin/sh', ['-c', SUPERVISED, 'engine', ...command], {
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const ended = endOf(child)
  let isUp = true
  void ended.then(() => {
    isUp = false
  })
  const deadline = performance.now() + READY_WITHIN
  while (!(await isListening(endpoint))) {
    if (!isUp) throw new Error(`the engine did not start: ${await ended}`)
    if (performance.now() > deadline)
      throw new Error(`the engine did not answer on ${endpoint} within ${READY_WITHIN} ms`)
    await delay(POLL)
  }
  return {
    name: 'dynoxide',
    promises: PROMISES,
    endpoint,
    pid: child.pid ?? 0,
    ended,
    stop: async () => {
      child.stdin?.end()
      const stopped = await Promise.race([ended, delay(STOP_WITHIN, undefined, { ref: false })])
      if (stopped === undefined && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    },
  }
}
