import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { checkWritable } from './access.ts'
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
  const file = join(directory, 'lock')
  checkWritable(file)
  let db: DatabaseSyncInstance | undefined
  try {
    db = new DatabaseSync(file, { timeout: 0 })
    db.exec('begin exclusive')
    writeFileSync(join(directory, 'pid'), `${process.pid}\n`, { mode: 0o600 })
  } catch (error) {
    db?.close()
    throw explained(error, directory, file)
  }
  return () => db.close()
}

function explained(error: unknown, directory: string, file: string): unknown {
  const code = codeOf(error)
  if (!(error instanceof Error) || code === undefined) return error
  if (code === 'busy')
    return new Error(
      `RUNMETA_DATA ${directory} is in use by another server (${ownerOf(directory)}); stop it, or set RUNMETA_DATA to another directory`,
    )
  if (code === 'notADatabase' || code === 'corrupt')
    return new Error(`${file} is no lock of runmeta (${error.message}); it contains no data: remove it`, {
      cause: error,
    })
  return new Error(`${file} cannot be locked (${error.message}); set RUNMETA_DATA to a directory of a local disk`, {
    cause: error,
  })
}
