import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'

/** The prepared statements of a connection. */
export interface Statements {
  /** Compiles a statement once, because compiling costs more than running it. */
  prepare(sql: string): StatementSyncInstance
}

/** The first column of a query's first row. */
export function firstValue(db: DatabaseSyncInstance, sql: string): unknown {
  return Object.values(db.prepare(sql).get() ?? {})[0]
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
  }
}
