import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from '@runmeta/api/env'
import { type Clock, createClock } from '@runmeta/core/table/clock'
import type { Table } from '@runmeta/core/table/port'
import { within } from './directory.ts'
import { type ExternalStore, placeOf } from './external.ts'
import { RESTORE } from './sqlite/error.ts'
import { lockDirectory } from './sqlite/lock.ts'
import { openTable } from './sqlite/table.ts'

/** The file in the data directory that holds everything. */
export const DATABASE_FILE = 'runmeta.sqlite'

/** The store behind a server, with its description for `/v1/health`. */
export interface Backing {
  readonly engine: Engine
  readonly table: Table
  readonly clock: Clock
  /** Resolves with the reason when the store can no longer write; otherwise stays pending. */
  readonly failed: Promise<string>
  close(): Promise<void>
}

const SQLITE: Engine = {
  name: 'sqlite',
  promises: [
    'an acknowledged write is on the disk: it survives kill -9 and a power cut',
    'reads and searches see every write acknowledged before them',
    'one server uses a data directory at a time; a second one is refused',
  ],
}

/** Whether the database is empty although a server used the directory. A power cut during the first start causes this, too. */
const isEmptied = (directory: string): boolean =>
  existsSync(join(directory, 'pid')) && statSync(join(directory, DATABASE_FILE), { throwIfNoEntry: false })?.size === 0

/** Opens the SQLite file of a data directory, and locks the directory against other servers. */
export async function embeddedBacking(directory: string, log?: (line: string) => void): Promise<Backing> {
  return within(directory, async () => {
    const file = join(directory, DATABASE_FILE)
    const wasEmptied = isEmptied(directory)
    const unlock = lockDirectory(directory)
    try {
      const { table, failed, close } = await openTable(file)
      if (wasEmptied)
        log?.(`${file} was empty, although a server has used its directory; if runs are missing, ${RESTORE}`)
      return {
        engine: SQLITE,
        table,
        // The store runs on this machine, so both share a clock.
        clock: { ...createClock(), isSynced: () => true },
        failed,
        close: async () => {
          await close()
          unlock()
        },
      }
    } catch (error) {
      unlock()
      throw error
    }
  })
}

/** Connects to the user's DynamoDB API. The AWS SDK is loaded only here: the embedded store does not need it. */
export async function externalBacking(store: ExternalStore, tableName: string): Promise<Backing> {
  // On Node 20 the AWS SDK warns that later releases will drop it; the pinned release supports it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
  const { connectTable } = await import('./dynamodb.ts')
  const { table, clock } = await connectTable(store, tableName)
  return {
    engine: { name: 'dynamodb', promises: [`what ${placeOf(store)} promises`] },
    table,
    clock,
    failed: new Promise(() => undefined),
    close: async () => table.close(),
  }
}
