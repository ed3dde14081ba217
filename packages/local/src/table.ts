import { ensureTable } from '@runmeta/core/table/dynamo/create'
import { misshapen, placeOf, reasonOf } from './foreign.ts'
import { settings } from './settings.ts'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

/** `npm run table:create`: makes the table at a DynamoDB API of the user's, or says that it is there. */
async function main(): Promise<string> {
  const { store, tableName } = settings(process.env)
  if (store === undefined)
    throw new Error('RUNMETA_DYNAMODB_ENDPOINT is not set; the table of the embedded engine is made at start')
  const place = placeOf(store)
  const state = await ensureTable({ ...store.client, endpoint: store.endpoint }, tableName).catch((error: unknown) => {
    throw new Error(`${place} did not make the table ${tableName}: ${reasonOf(error)}`, { cause: error })
  })
  if (typeof state === 'object') throw new Error(misshapen(place, tableName, state.faults))
  return state === 'made' ? `${place} has a new table ${tableName}` : `${place} has the table ${tableName} already`
}

main().then(
  (done) => process.stdout.write(`${done}\n`),
  (error: unknown) => {
    process.stderr.write(`runmeta: ${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  },
)
