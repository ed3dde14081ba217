import { open, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hrtime } from 'node:process'
import type { PreparedLog, RunmetaError } from '@runmeta/sdk'

const WAITING = '.json'

/** The file names of the waiting logs, in the order of the logs. */
export async function waitingIn(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((name) => name.endsWith(WAITING)).sort()
}

/** Writes a log to a file, atomically. It is on the disk when the promise resolves. */
export async function keep(directory: string, order: number, prepared: PreparedLog): Promise<void> {
  // Sorting the names sorts the logs: by time, within a millisecond by the machine's monotonic clock, which all of its
  // processes share, and then by order within the process.
  const parts = [Date.now(), hrtime.bigint(), order].map((part) => part.toString(36).padStart(13, '0'))
  const file = join(directory, [...parts, prepared.idempotencyKey.slice(0, 8).replace(/\W/g, '')].join('-'))
  const handle = await open(`${file}.part`, 'wx')
  try {
    await handle.writeFile(JSON.stringify(prepared))
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.part`, `${file}${WAITING}`)
  await syncFolder(directory)
}

/** Syncs the folder, so that the file's name is on the disk too. Windows does not support this. */
async function syncFolder(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

/** Reads a waiting log. Undefined if another process has sent it. */
export async function readKept(file: string): Promise<PreparedLog | undefined> {
  const text = await readFile(file, 'utf8').catch(unlessMissing)
  return text === undefined ? undefined : JSON.parse(text)
}

export const removeKept = (file: string): Promise<void> => unlink(file).catch(unlessMissing)

/** Moves a refused log into a file beside it, with the reason. */
export async function setAside(file: string, prepared: PreparedLog, { message, code }: RunmetaError): Promise<void> {
  await writeFile(`${file}.refused`, JSON.stringify({ ...prepared, error: message, code }))
  await removeKept(file)
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

function unlessMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error
}
