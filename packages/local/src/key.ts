import { randomBytes } from 'node:crypto'
import { link, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'

const ID_BYTES = 6
const SECRET_BYTES = 32
const USABLE = /^[\x21-\x7e]{16,}$/

export interface RootKey {
  readonly key: string
  /** The file that keeps it; none where the key was given. */
  readonly file?: string
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

async function read(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** Writes a file whole or not at all, readable by its owner only; an earlier one stays. */
async function writeOnce(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(ID_BYTES).toString('hex')}`
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

/** The root key: the one given, else the one kept in the data directory, which the first start makes. */
export async function rootKey(directory: string, given: string | undefined): Promise<RootKey> {
  if (given !== undefined && given !== '') {
    if (USABLE.test(given)) return { key: given }
    throw new Error('RUNMETA_API_KEY must be 16 or more printable ASCII characters without spaces')
  }
  const path = join(directory, 'key')
  if ((await read(path)) === undefined) {
    const secret = randomBytes(SECRET_BYTES).toString('hex')
    await writeOnce(path, `rmk_${randomBytes(ID_BYTES).toString('hex')}_${secret}\n`)
  }
  const key = await read(path)
  if (key === undefined || !USABLE.test(key))
    throw new Error(`${path} holds no API key; remove it and a new one is made`)
  return { key, file: path }
}
