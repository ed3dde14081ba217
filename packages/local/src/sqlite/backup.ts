import { constants, existsSync } from 'node:fs'
import { access, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { openReader } from './connection.ts'
import { UnusableFile } from './schema.ts'
import { createStatements } from './statements.ts'

/**
 * Copies a database into a new file, as it is at one moment, while a server may write to it. The copy starts as a server of
 * its own: put it into an empty data directory as `runmeta.sqlite`. It holds runs, logs and API keys; the root key and the key
 * that signs run tokens are files beside the database.
 * @throws UnusableFile if there is no database, or if the copy cannot be written.
 */
export async function backup(file: string, target: string): Promise<void> {
  if (!existsSync(file)) throw new UnusableFile(`${file} does not exist; set RUNMETA_DATA to the directory of a server`)
  if (existsSync(target)) throw new UnusableFile(`${target} exists already; give the backup a new name`)
  await access(dirname(target), constants.W_OK).catch((error: unknown) => {
    throw new UnusableFile(`${target} cannot be written; choose a directory that exists and is yours`, { cause: error })
  })
  // What was not copied to its end never has the name of a backup.
  const draft = `${target}.${process.pid}.part`
  const db = openReader(file)
  // SQLite copies into an empty file as into a new one; this one is its owner's alone from the start.
  const copy = await open(draft, 'wx', 0o600)
  try {
    createStatements(db).prepare('vacuum into ?').run(draft)
    await copy.sync()
    await rename(draft, target)
  } finally {
    await copy.close()
    db.close()
    await rm(draft, { force: true })
  }
}
