import { constants, existsSync } from 'node:fs'
import { access, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { openReader } from './connection.ts'

/**
 * Copies a database into a new file, as of one moment, even while a server writes to it. To start a server on the copy,
 * put it into an empty data directory as `runmeta.sqlite`. It contains runs, logs and API keys; the root key and the key
 * that signs run tokens are files beside the database.
 * @throws Error if there is no database, or if the copy cannot be written; the message says what to do
 */
export async function backup(file: string, target: string): Promise<void> {
  if (!existsSync(file)) throw new Error(`${file} does not exist; set RUNMETA_DATA to the directory of a server`)
  if (existsSync(target)) throw new Error(`${target} exists already; give the backup a new name`)
  await access(dirname(target), constants.W_OK).catch((error: unknown) => {
    throw new Error(`${target} cannot be written; choose a directory that exists and is yours`, { cause: error })
  })
  // An incomplete copy must not have the name of a backup.
  const draft = `${target}.${process.pid}.part`
  const db = openReader(file)
  // SQLite can copy into an empty file. Create it first, so that only its owner can ever read it.
  const copy = await open(draft, 'wx', 0o600)
  try {
    db.prepare('vacuum into ?').run(draft)
    await copy.sync()
    await rename(draft, target)
  } finally {
    await copy.close()
    db.close()
    await rm(draft, { force: true })
  }
}
