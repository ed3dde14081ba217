import { ensureTable } from '@runmeta/core/table/dynamo/create'
import { schemaMismatch } from './dynamodb.ts'
import { placeOf, reasonOf } from './external.ts'
import { runScript } from './script.ts'
import { settings } from './settings.ts'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

/** `npm run table:create`: creates the table at the DynamoDB API of `RUNMETA_DYNAMODB_ENDPOINT`, or says that it exists. */
async function main(): Promise<string> {
  const { store, tableName } = settings(process.env)
  if (store === undefined)
    throw new Error(
      'RUNMETA_DYNAMODB_ENDPOINT is not set; without it the server keeps its data in a file that it creates by itself',
    )
  const place = placeOf(store)
  const state = await ensureTable({ ...store.client, endpoint: store.endpoint }, tableName).catch((error: unknown) => {
    throw new Error(`${place} could not create the table ${tableName}: ${reasonOf(error)}`, { cause: error })
  })
  if (typeof state === 'object') throw new Error(schemaMismatch(place, tableName, state.faults))
  return state === 'created' ? `${place} has a new table ${tableName}` : `${place} has the table ${tableName} already`
}

await runScript(main)
