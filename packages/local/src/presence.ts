import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The file in a data directory with the URL of its server, for the user's other processes. */
const FILE = 'server.json'

/** Writes the URL of this server. @returns a function that removes the file */
export async function announce(directory: string, url: string): Promise<() => Promise<void>> {
  const path = join(directory, FILE)
  await writeFile(path, `${JSON.stringify({ url, pid: process.pid })}\n`, { mode: 0o600 })
  return () => rm(path, { force: true })
}

/** The URL of the server that runs, or last ran, on a data directory; undefined if there was none. */
export async function serverOf(directory: string): Promise<string | undefined> {
  const text = await readFile(join(directory, FILE), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    const { url } = JSON.parse(text) as { url?: unknown }
    return typeof url === 'string' ? url : undefined
  } catch {
    return undefined
  }
}
