import { type Swept, sweep } from '@runmeta/core/maintenance/sweep'
import { createClock } from '@runmeta/core/table/clock'
import type { Table } from '@runmeta/core/table/port'
import { type TableHandle, tableOf } from './app.ts'

export interface Sweeper {
  /** Sweeps as it would this many milliseconds from now. @param budgetMs how long it may take; without it, as long as it needs */
  sweepIn(ms: number, budgetMs?: number): Promise<Swept>
}

/** A sweep of an app's table, by another server. */
export function createSweeper(app: TableHandle, over: (table: Table) => Table = (table) => table): Sweeper {
  const clock = createClock()
  const table = tableOf(app, clock)
  return {
    sweepIn: (ms, budgetMs) =>
      sweep(
        { table: over(table), clock: { ...clock, now: () => clock.now() + ms } },
        budgetMs === undefined ? undefined : clock.deadline(budgetMs),
      ),
  }
}

/** The operations of the DynamoDB API that a sweep needs, and that its role on AWS allows. */
export const SWEEP_OPERATIONS = ['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'] as const
