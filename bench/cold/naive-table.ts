import type { Clock } from '@runmeta/core/table/clock'
import { createDynamoTable } from '@runmeta/core/table/dynamo/index'

/** In `bench/cold.ts` this takes the place of the function's own table: AWS's client with the settings that it finds. */
export const functionTable = (tableName: string, clock: Clock) => createDynamoTable({ tableName, clock })
