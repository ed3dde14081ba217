import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'

/** The prepared statements of a connection. */
export interface Statements {
  /** Compiles a statement once: that costs more than running it. */
  prepare(sql: string): StatementSyncInstance
  /** Closes the connection. */
  close(): void
}

function finalize(statement: StatementSyncInstance): void {
  if ('finalize' in statement && typeof statement.finalize === 'function') statement.finalize()
}

/** The first column of a query's first row. */
export function firstValue(db: DatabaseSyncInstance, sql: string): unknown {
  const statement = db.prepare(sql)
  try {
    return Object.values(statement.get() ?? {})[0]
  } finally {
    finalize(statement)
  }
}

export function createStatements(db: DatabaseSyncInstance): Statements {
  const statements = new Map<string, StatementSyncInstance>()
  return {
    prepare: (sql) => {
      const known = statements.get(sql)
      if (known !== undefined) return known
      const statement = db.prepare(sql)
      statements.set(sql, statement)
      return statement
    },
    close: () => {
      // A statement that is left keeps the file open, and then nobody is the last to close it, who removes the log.
      for (const statement of statements.values()) finalize(statement)
      db.close()
    },
  }
}
