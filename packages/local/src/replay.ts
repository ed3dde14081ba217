import { open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Server } from '@runmeta/core/context'
import { reindex } from '@runmeta/core/maintenance/reindex'
import { reasonOf } from './foreign.ts'

/**
 * A server that dies between a log and its rows leaves a log that searches do not find. While a server runs, a file says up
 * to when all was well; where it is found at a start, what was written since is indexed again.
 */

/** Milliseconds. */
const EVERY = 10_000
/** A request may take 12 s of the store's time; the rest is for clocks that step. */
const SLACK = 60_000

export interface ReplayOptions {
  readonly directory: string
  /** Told, a line each, of what the user should know. */
  readonly log?: (line: string) => void
}

/** Written whole or not at all, and on the disk before anything that it speaks of. */
async function write(path: string, time: number): Promise<void> {
  const draft = `${path}.new`
  const file = await open(draft, 'w', 0o600)
  try {
    await file.writeFile(`${new Date(time).toISOString()}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
}

/** When all was well for the last time; nothing after a clean stop. What cannot be read makes all of it suspect. */
async function unclean(path: string): Promise<number | undefined> {
  try {
    const time = Date.parse((await readFile(path, 'utf8')).trim())
    return Number.isNaN(time) ? 0 : time
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Begins to keep the file, and indexes again what a server that died may have left undone, beside the requests.
 * @returns Ends it at a clean stop, once no request is in flight.
 */
export async function startReplay(server: Server, { directory, log }: ReplayOptions): Promise<() => Promise<void>> {
  const path = join(directory, 'serving')
  const since = await unclean(path)
  const ending = new AbortController()
  const table = server.table.until(ending.signal)
  if (since === undefined) await write(path, Date.now())

  async function replay(): Promise<void> {
    if (since === undefined) return
    const { runs, rows } = await reindex({ ...server, table }, { since: since - SLACK })
    await write(path, Date.now())
    log?.(`after an unclean stop: ${runs} runs looked at, ${rows} rows of search mended`)
  }

  async function keep(): Promise<boolean> {
    try {
      await replay()
    } catch (error) {
      // The file stays as it is, so that the next start tries again.
      if (!ending.signal.aborted) log?.(`indexing again after an unclean stop failed: ${reasonOf(error)}`)
      return false
    }
    while (!ending.signal.aborted) {
      await delay(EVERY, undefined, { ref: false, signal: ending.signal }).catch(() => undefined)
      if (!ending.signal.aborted) await write(path, Date.now()).catch((error: unknown) => log?.(reasonOf(error)))
    }
    return true
  }

  const keeping = keep()
  return async () => {
    ending.abort()
    if (await keeping) await rm(path, { force: true })
  }
}
