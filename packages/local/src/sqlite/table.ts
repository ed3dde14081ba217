import { setMaxListeners } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import type { Key, Table } from '@runmeta/core/table/port'
import { EMBEDDED } from '@runmeta/core/table/timing'
import { checkStructure, openReader, openWriter } from './connection.ts'
import { storeFailure, timedOut } from './error.ts'
import { createReader, type Reader } from './read.ts'
import { migrate } from './schema.ts'
import { createStatements } from './statements.ts'
import { threadWriting } from './thread.ts'
import { createWriter, type Operation, type Outcome } from './write.ts'
import { inlineWriting, type Writing } from './writing.ts'

/** A table in a SQLite database. */
export interface SqliteTable {
  readonly table: Table
  /** Resolves with the reason when the table can no longer write; otherwise stays pending. */
  readonly failed: Promise<string>
  /** Finishes the submitted writes, then closes the file. */
  close(): Promise<void>
}

/**
 * Opens the table in a file, or creates it. Reads run on this thread, writes on another one.
 * @throws Error if the file is damaged, of another program, newer or cannot be written; the message says what to do
 */
export async function openTable(file: string): Promise<SqliteTable> {
  const first = openWriter(file)
  try {
    checkStructure(first, file)
  } catch (error) {
    first.close()
    throw error
  }
  const writing = await threadWriting(file)
  const db = openReader(file)
  first.close()
  return {
    table: createTable(file, createReader(createStatements(db)), writing),
    failed: writing.failed,
    close: async () => {
      db.close()
      await writing.close()
    },
  }
}

/** A table in an in-memory database, for tests. */
export function memoryTable(db: DatabaseSyncInstance = new DatabaseSync(':memory:')): SqliteTable {
  migrate(db, ':memory:')
  const statements = createStatements(db)
  const writing = inlineWriting(createWriter(db, statements))
  return {
    table: createTable(':memory:', createReader(statements), writing),
    failed: writing.failed,
    close: async () => {
      await writing.close()
      db.close()
    },
  }
}

function createTable(file: string, reader: Reader, writing: Writing, signal?: AbortSignal): Table {
  /** Runs a read. If the time limit has passed or the file cannot be read, throws a failure of the store. */
  function reading<T>(read: () => T): T {
    if (signal?.aborted) throw timedOut()
    try {
      return read()
    } catch (error) {
      throw storeFailure(file, error)
    }
  }

  async function submit(operation: Operation): Promise<Outcome> {
    if (signal?.aborted) throw timedOut()
    const made = writing.submit(operation)
    if (signal === undefined) return made.catch(failing)
    return Promise.race([made.catch(failing), ended(signal, made)])
  }

  function failing(error: unknown): never {
    throw storeFailure(file, error)
  }

  async function* pages(pk: string, range: Parameters<Table['pages']>[1] = {}) {
    let page = reading(() => reader.page(pk, range))
    for (;;) {
      yield page
      const last = page.items.at(-1)?.pos
      if (page.isLast || typeof last !== 'string') return
      // Let other requests run between two pages.
      await turn()
      const { first: _, ...rest } = range
      page = reading(() => reader.page(pk, { ...rest, last }))
    }
  }

  async function* keys(pk: string, prefix = '') {
    let after: string | undefined
    for (;;) {
      const page = reading(() => reader.keys(pk, prefix, after))
      yield page.keys
      after = page.keys.at(-1)?.sk
      if (page.isLast || after === undefined) return
      await turn()
    }
  }

  async function* scan({ since, from }: Parameters<Table['scan']>[0] = {}) {
    for (let next = from; ; ) {
      const page = reading(() => reader.scan(since, next))
      yield page
      next = page.next
      if (next === undefined) return
      await turn()
    }
  }

  return {
    timing: EMBEDDED,
    get: async (key) => reading(() => reader.get(key)),
    getMany: async (asked) => reading(() => asked.flatMap((key) => reader.get(key) ?? [])),
    put: async (item, condition, followers = [], check = undefined) => {
      const { isDone, hasPassedCheck = false } = await submit({ kind: 'put', item, condition, followers, check })
      return isDone ? { date: Date.now(), hasPassedCheck } : undefined
    },
    update: async (key, condition, change) =>
      (await submit({ kind: 'update', key: keyOf(key), condition, change })).item,
    remove: async (key, condition) => (await submit({ kind: 'remove', key: keyOf(key), condition })).isDone,
    removeMany: async (all) => {
      if (all.length > 0) await submit({ kind: 'removeMany', keys: all.map(keyOf) })
    },
    keys,
    pages,
    entries: async (indexPk, range) => reading(() => reader.entries(indexPk, range)),
    scan,
    withSignal: (end) => {
      // Each write listens to the signal; with many logs in one request, Node would warn of a leak.
      setMaxListeners(0, end)
      return createTable(file, reader, writing, end)
    },
  }
}

/** Only the key: callers often pass a whole item. */
const keyOf = ({ pk, sk }: Key): Key => ({ pk, sk })

/** Rejects if the signal aborts before the operation is done. Leaves no listener behind. */
function ended(signal: AbortSignal, made: Promise<Outcome>): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(timedOut())
    signal.addEventListener('abort', abort, { once: true })
    const settled = () => signal.removeEventListener('abort', abort)
    made.then(settled, settled)
  })
}
