import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { firstValue } from './statements.ts'

/** Marks the file as a database of runmeta: "runm" in ASCII. */
const APPLICATION_ID = 0x72756e6d

/**
 * Each entry migrates the schema from the version of its index to the next one. Never change a released entry; a new
 * version needs a new entry at the end.
 */
const MIGRATIONS: readonly string[] = [
  `create table item (
     pk blob not null,
     sk blob not null,
     pos blob,
     index_pk blob,
     index_sk blob,
     version blob,
     body blob not null,
     primary key (pk, sk)
   ) strict, without rowid;
   create index by_position on item (pk, pos) where pos is not null;
   create index lookup on item (index_pk, index_sk) where index_pk is not null;`,
]

/** The schema version of this release. */
const SCHEMA_VERSION = MIGRATIONS.length

/** Throws if the database belongs to another program or a newer release. Only reads. */
export function checkSchema(db: DatabaseSyncInstance, file: string): number {
  const version = Number(firstValue(db, 'pragma user_version'))
  const isOurs = Number(firstValue(db, 'pragma application_id')) === APPLICATION_ID
  const isEmpty = Number(firstValue(db, 'select count(*) from sqlite_schema')) === 0
  if (!isOurs && !(isEmpty && version === 0))
    throw new Error(
      `${file} is a SQLite database of another program; move it away, or set RUNMETA_DATA to another directory`,
    )
  if (version > SCHEMA_VERSION)
    throw new Error(
      `${file} was written by a newer release of runmeta (schema ${version}, this release knows ${SCHEMA_VERSION}); install that release`,
    )
  return version
}

/** Creates or migrates the schema in one transaction. */
export function migrate(db: DatabaseSyncInstance, file: string): void {
  if (checkSchema(db, file) === SCHEMA_VERSION) return
  db.exec('begin immediate')
  try {
    for (const migration of MIGRATIONS.slice(checkSchema(db, file))) db.exec(migration)
    db.exec(`pragma application_id = ${APPLICATION_ID}; pragma user_version = ${SCHEMA_VERSION}`)
    db.exec('commit')
  } catch (error) {
    if (db.isTransaction) db.exec('rollback')
    throw error
  }
}
