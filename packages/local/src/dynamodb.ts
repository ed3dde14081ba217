import { createClock } from '@runmeta/core/table/clock'
import { checkTable } from '@runmeta/core/table/dynamo/create'
import { createDynamoTable } from '@runmeta/core/table/dynamo/index'
import { type ExternalStore, placeOf, reasonOf } from './external.ts'

/** Opens a table of a DynamoDB API after checking its schema. @throws Error that says what is wrong with it. */
export async function connectTable(store: ExternalStore, tableName: string) {
  const place = placeOf(store)
  const state = await checkTable({ ...store.client, endpoint: store.endpoint }, tableName).catch((error: unknown) => {
    throw new Error(`${place} could not be reached to check the table ${tableName}: ${reasonOf(error)}`, {
      cause: error,
    })
  })
  if (state === 'absent') throw new Error(`${place} has no table ${tableName}; create it with: npm run table:create`)
  if (typeof state === 'object') throw new Error(schemaMismatch(place, tableName, state.faults))
  const clock = createClock()
  return { clock, table: createDynamoTable({ tableName, clock, ...store }) }
}

/** The error message for a table with a different schema. */
export const schemaMismatch = (place: string, tableName: string, faults: readonly string[]): string =>
  `${place} has a table ${tableName} with another schema (${faults.join('; ')}); ` +
  'set RUNMETA_TABLE to another name and create it with: npm run table:create'
