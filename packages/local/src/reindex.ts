import { reindex } from '@runmeta/core/maintenance/reindex'
import { createServer } from '@runmeta/core/server'
import { present } from '@runmeta/core/table/attribute'
import { embeddedBacking, externalBacking } from './backing.ts'
import { openDirectory, within } from './directory.ts'
import { runScript } from './script.ts'
import { settings } from './settings.ts'

/**
 * `npm run reindex`: reads every run and repairs its index entries. A server on a DynamoDB API may keep running; a data
 * directory must not be in use by a server.
 */
async function main(): Promise<string> {
  const { store, directory, tableName, shardsOf } = settings(process.env)
  if (store === undefined) await within(directory, () => openDirectory(directory))
  const { table, clock, close } =
    store === undefined ? await embeddedBacking(directory) : await externalBacking(store, tableName)
  try {
    const { runs, rows } = await reindex(createServer({ table, clock, ...present({ shardsOf }) }))
    return `${runs} runs checked, ${rows} index rows repaired`
  } finally {
    await close()
  }
}

await runScript(main)
