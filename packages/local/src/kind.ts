import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Engine } from '@runmeta/api/env'

export const ENGINE_NAMES = ['dynoxide', 'dynalite'] as const
export type EngineName = (typeof ENGINE_NAMES)[number]

/** An engine that can be embedded: a process that serves the DynamoDB API on loopback, over files of its own. */
export interface EngineKind extends Engine {
  readonly name: EngineName
  /** Whether its files refuse a second process by themselves. */
  readonly locksItself: boolean
  command(directory: string, port: number): string[]
}

const READS = 'reads by id and by exact name see every write acknowledged before them'
const require = createRequire(import.meta.url)

/** dynoxide, where its package for this platform is installed. */
function dynoxide(): EngineKind | undefined {
  const manifest = `@dynoxide/${process.platform}-${process.arch}/package.json`
  let binary: string
  try {
    binary = join(dirname(require.resolve(manifest)), 'dynoxide')
  } catch {
    return undefined
  }
  const files = (directory: string) => ['--db-path', join(directory, 'runmeta.sqlite')]
  return {
    name: 'dynoxide',
    promises: ['an acknowledged write is on disk: it survives kill -9 and a power cut', READS],
    locksItself: false,
    command: (directory, port) => [binary, 'serve', '--host', '127.0.0.1', '--port', `${port}`, ...files(directory)],
  }
}

const dynalite = (): EngineKind => ({
  name: 'dynalite',
  promises: [
    'an acknowledged write survives kill -9, but not a power cut: nothing waits for the disk',
    'after an unclean stop it rebuilds its indexes before it listens, which takes longer the more it holds',
    READS,
  ],
  locksItself: true,
  command: (directory, port) => {
    const entry = fileURLToPath(new URL('./dynalite/main.ts', import.meta.url))
    const loader = pathToFileURL(require.resolve('tsx')).href
    return [process.execPath, '--import', loader, entry, join(directory, 'dynalite'), `${port}`]
  },
})

/** The engine asked for, else the best that runs here. @throws Error where the one asked for cannot run. */
export function engineKind(name: EngineName | undefined): EngineKind {
  if (name === 'dynalite') return dynalite()
  const found = dynoxide()
  if (found !== undefined) return found
  if (name === undefined) return dynalite()
  throw new Error(
    `RUNMETA_ENGINE: dynoxide is not installed for ${process.platform}-${process.arch}; leave it out, or set dynalite`,
  )
}
