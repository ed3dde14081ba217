import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '@runmeta/api/app'
import { createSigner } from '@runmeta/core/auth/token/signer'
import { createServer } from '@runmeta/core/server'
import { createClock } from '@runmeta/core/table/clock'
import type { Table } from '@runmeta/core/table/port'
import { openWriter } from '@runmeta/local/sqlite/connection'
import { createStatements } from '@runmeta/local/sqlite/statements'
import { memoryTable } from '@runmeta/local/sqlite/table'
import { createWriter, type Operation } from '@runmeta/local/sqlite/write'

/** Measures the store alone: the writes of a log, without the server. */

const KEY = 'a-root-key-for-the-bench'
const LOGS = 3000

/** The operations of many logs, as the server submits them. */
async function recordLogs(log: string, isIndexed: boolean): Promise<Operation[]> {
  const operations: Operation[] = []
  const { table } = memoryTable()
  const recording: Table = {
    ...table,
    put: (item, condition, followers = []) => {
      operations.push({ kind: 'put', item, condition, followers })
      return table.put(item, condition, followers)
    },
    withSignal: () => recording,
  }
  const app = createApp({
    server: createServer({ table: recording, clock: { ...createClock(), isSynced: () => true } }),
    rootKey: KEY,
    signer: createSigner([KEY.repeat(2)]),
    engine: { name: 'sqlite', promises: [] },
    openapi: async () => '{}',
    onError: (error) => console.error(error),
  })
  const send = (path: string, body: string) =>
    app.request(path, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    })
  await send('/v1/runs', JSON.stringify({ name: 'bare', index: isIndexed }))
  operations.length = 0
  for (let n = 0; n < LOGS; n++) await send('/v1/runs/bare/metadata', log)
  return operations
}

/** Logs a second, with a given number of logs in each transaction. */
export async function bareRate(log: string, isIndexed: boolean, together: number): Promise<number> {
  const operations = await recordLogs(log, isIndexed)
  const directory = await mkdtemp(join(tmpdir(), 'runmeta-bare-'))
  const db = openWriter(join(directory, 'bare.sqlite'))
  const write = createWriter(db, createStatements(db))
  const began = performance.now()
  for (let from = 0; from < operations.length; from += together) write(operations.slice(from, from + together))
  const seconds = (performance.now() - began) / 1000
  db.close()
  await rm(directory, { recursive: true })
  return operations.length / seconds
}
