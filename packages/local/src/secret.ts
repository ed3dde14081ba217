import { randomBytes } from 'node:crypto'
import { link, open, readFile, unlink } from 'node:fs/promises'

const DRAFT_BYTES = 6

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

async function read(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    // Node's error for a directory does not name it.
    throw error instanceof Error ? Object.assign(error, { path }) : error
  }
}

/** Writes a file atomically, readable only by its owner. Does not replace an existing file. */
async function writeOnce(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(DRAFT_BYTES).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
    await link(draft, path)
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  } finally {
    await file.close()
    await unlink(draft)
  }
}

/** The content of a file. If the file does not exist, it is created with the result of `make`. */
export async function keptSecret(path: string, make: () => string): Promise<string> {
  if ((await read(path)) === undefined) await writeOnce(path, `${make()}\n`)
  return (await read(path)) ?? ''
}
