import { statSync } from 'node:fs'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { checkWritable, notWritable } from './access.ts'
import { codeOf, damaged } from './error.ts'
import { checkSchema, migrate } from './schema.ts'
import { firstValue } from './statements.ts'

/** How long a statement waits for a lock of another program, such as the `sqlite3` shell. */
const BUSY_TIMEOUT_MS = 10_000
/** A file up to this size is checked completely when it is opened, which takes a few hundredths of a second. */
const MAX_CHECKED_BYTES = 32 * 1024 * 1024

/** Opens the database for writing, creating or migrating it. Each commit is on the disk before it returns. */
export function openWriter(file: string): DatabaseSyncInstance {
  for (const part of ['', '-wal', '-shm']) checkWritable(`${file}${part}`)
  return opened(file, () => {
    const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS })
    try {
      // Before the first change, so that another program's file is not modified.
      checkSchema(db, file)
      // WAL lets readers continue beside the writer; FULL syncs the log at each commit.
      db.exec('pragma journal_mode = wal; pragma synchronous = full')
      migrate(db, file)
      return db
    } catch (error) {
      db.close()
      throw error
    }
  })
}

/** Opens an existing database for reading only. */
export function openReader(file: string): DatabaseSyncInstance {
  return opened(file, () => {
    const db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
    try {
      checkSchema(db, file)
      return db
    } catch (error) {
      db.close()
      throw error
    }
  })
}

/** Throws if SQLite finds the structure of a small file damaged. Rows have their own checksums. */
export function checkStructure(db: DatabaseSyncInstance, file: string): void {
  if (statSync(file).size > MAX_CHECKED_BYTES) return
  opened(file, () => {
    const result = firstValue(db, 'pragma quick_check(1)')
    if (result !== 'ok') throw new Error(damaged(file, String(result).replaceAll('\n', ' ')))
  })
}

/** The message for a file that SQLite cannot open: what it is, and what to do. */
function opened<T>(file: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    switch (codeOf(error)) {
      case 'notADatabase':
        throw new Error(
          `${file} is not a SQLite database, or its first bytes are damaged; move it away, or put a backup in its place`,
          { cause: error },
        )
      case 'corrupt':
        throw new Error(damaged(file, message), { cause: error })
      case 'readonly':
      case 'cannotOpen':
        throw new Error(`${file} ${notWritable(message)}`, { cause: error })
      case 'full':
      case 'io':
        throw new Error(`${file} cannot be written: its disk is full or fails (${message}); make room`, {
          cause: error,
        })
      default:
        throw error
    }
  }
}
