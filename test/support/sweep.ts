import { type SweepOptions, type Swept, sweep } from '@runmeta/core/maintenance/sweep'
import { createClock } from '@runmeta/core/table/clock'
import type { Table } from '@runmeta/core/table/port'
import { type TableHandle, tableOf } from './app.ts'

export interface Sweeper {
  /** Sweeps as it would this many milliseconds from now. */
  sweepIn(ms: number, options?: SweepOptions): Promise<Swept>
}

/** A sweep of an app's table, by another server. */
export function createSweeper(app: TableHandle, over: (table: Table) => Table = (table) => table): Sweeper {
  const clock = createClock()
  const table = tableOf(app, clock)
  return {
    sweepIn: (ms, options) => sweep({ table: over(table), clock: { ...clock, now: () => clock.now() + ms } }, options),
  }
}

/** The operations of the DynamoDB API that a sweep needs, and that its role on AWS allows. */
export const SWEEP_OPERATIONS = ['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'] as const
