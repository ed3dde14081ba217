import type { Clock } from '@runmeta/core/table/clock'
import { createDynamoTable } from '@runmeta/core/table/dynamo/index'

/** In `bench/cold.ts` this replaces the function's own table: AWS's client with its default settings. */
export const functionTable = (tableName: string, clock: Clock) => createDynamoTable({ tableName, clock })
