import { reindex } from '@runmeta/core/maintenance/reindex'
import { shardsFrom } from '@runmeta/core/shards'
import { createClock } from '@runmeta/core/table/clock'
import { ensureTable } from '@runmeta/core/table/dynamo/create'
import { createDynamoTable } from '@runmeta/core/table/dynamo/index'
import { openDirectory, within } from './directory.ts'
import { startEngine } from './engine.ts'
import { expectTable, PLACEHOLDERS } from './foreign.ts'
import type { ServeOptions } from './serve.ts'
import { settings } from './settings.ts'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

/** The DynamoDB API to work on: the user's own, or an embedded engine that runs for as long as this does. */
async function backing({ store, directory, engine, tableName }: ServeOptions) {
  if (store !== undefined) {
    await expectTable(store, tableName)
    return { ...store, stop: async () => undefined }
  }
  await within(directory, () => openDirectory(directory))
  const { endpoint, stop } = await startEngine(directory, { name: engine })
  await ensureTable({ ...PLACEHOLDERS, endpoint }, tableName)
  return { endpoint, client: PLACEHOLDERS, stop }
}

/** `npm run reindex`: looks at every run, and mends what search needs of it. A server may be at work on a DynamoDB API meanwhile. */
async function main(): Promise<string> {
  const options = settings(process.env)
  const { tableName, shardsOf } = options
  const { endpoint, client, stop } = await backing(options)
  try {
    const table = createDynamoTable({ tableName, endpoint, client, clock: createClock() })
    const { runs, rows } = await reindex({ table, shardsOf: shardsOf ?? shardsFrom() }).finally(table.close)
    return `${runs} runs looked at, ${rows} rows mended`
  } finally {
    await stop()
  }
}

main().then(
  (done) => process.stdout.write(`${done}\n`),
  (error: unknown) => {
    process.stderr.write(`runmeta: ${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  },
)
