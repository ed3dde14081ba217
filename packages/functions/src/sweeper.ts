import { type Swept, sweep } from '@runmeta/core/maintenance/sweep'
import { createClock } from '@runmeta/core/table/clock'
import { setting } from './setting.ts'
import { functionTable } from './table.ts'

/** The entry of the function that a schedule calls: it finishes what requests left undone. See docs/operate.md. */

/** It starts no new work when less time than this is left; work in progress takes no longer. */
const MARGIN_MS = 30_000

const clock = createClock()
const table = functionTable(setting('RUNMETA_TABLE'), clock)

/** Sweeps until its time runs out. The next call does the rest. */
export async function handler(_event: unknown, call: { getRemainingTimeInMillis(): number }): Promise<Swept> {
  const swept = await sweep({ table, clock }, clock.deadline(call.getRemainingTimeInMillis() - MARGIN_MS))
  process.stdout.write(`${JSON.stringify({ level: 'info', ...swept })}\n`)
  return swept
}
