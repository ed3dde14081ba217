import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { freePort } from './port.ts'

const PACKAGE = `@dynoxide/${process.platform}-${process.arch}/package.json`

/** A DynamoDB API on loopback. */
export interface RunningStore {
  readonly endpoint: string
  stop(): Promise<void>
}

function binary(): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(PACKAGE)), 'dynoxide')
  } catch {
    return undefined
  }
}

/** Starts dynoxide with a file in a directory. @returns undefined if its package for this platform is not installed */
export async function startDynoxide(directory: string): Promise<RunningStore | undefined> {
  const command = binary()
  if (command === undefined) return undefined
  const port = await freePort()
  const args = ['serve', '--host', '127.0.0.1', '--port', `${port}`, '--db-path', join(directory, 'dynoxide.sqlite')]
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'exit')
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said += String(chunk)
      if (/listening on/i.test(said)) resolve()
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`dynoxide ended with code ${code}: ${said}`)))
  })
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** The same, but it throws if dynoxide is not installed. */
export async function requireDynoxide(directory: string): Promise<RunningStore> {
  const store = await startDynoxide(directory)
  if (store === undefined) throw new Error(`${PACKAGE} is not installed: there is none for this platform`)
  return store
}
