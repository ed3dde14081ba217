import type { Clock } from '@runmeta/core/table/clock'
import { createDynamoTable } from '@runmeta/core/table/dynamo/index'

/** Replaces the function's table in `bench/cold.ts`: AWS's client with the settings that it finds. */
export const functionTable = (tableName: string, clock: Clock) => createDynamoTable({ tableName, clock })
