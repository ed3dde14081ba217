import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { codeOf } from './error.ts'

function ownerOf(directory: string): string {
  try {
    return `process ${readFileSync(join(directory, 'pid'), 'utf8').trim()}`
  } catch {
    return 'another process'
  }
}

/**
 * Locks a data directory for this process. Node has no file locks, so this uses the lock of an empty SQLite
 * database: the system releases it when the process ends, however it ends, on every platform.
 * @returns a function that releases the lock
 */
export function lockDirectory(directory: string): () => void {
  const db = new DatabaseSync(join(directory, 'lock'), { timeout: 0 })
  try {
    db.exec('begin exclusive')
  } catch (error) {
    db.close()
    if (codeOf(error) !== 'busy') throw error
    throw new Error(
      `RUNMETA_DATA ${directory} is in use by another server (${ownerOf(directory)}); stop it, or set RUNMETA_DATA to another directory`,
    )
  }
  writeFileSync(join(directory, 'pid'), `${process.pid}\n`, { mode: 0o600 })
  return () => db.close()
}
