import type { Context } from '../context.ts'
import { runIn } from '../run/cache.ts'
import { eraseRun } from '../run/erase.ts'
import { notFound } from '../run/find.ts'
import { runKey } from '../table/keys.ts'
import { isPrompt } from './checkpoint/age.ts'

/** How long a late writer may spend on removing what it wrote. */
const CLEANUP_BUDGET_MS = 5000

/** Clears a deleted run's partition anew, of what was written there after its last sweep. @throws Failure `run_not_found` */
export async function removeLateWrites({ table, project }: Context, runId: string): Promise<never> {
  await eraseRun(table, runKey(project, runId), { until: performance.now() + CLEANUP_BUDGET_MS })
  throw notFound()
}

/**
 * Makes sure that what a log's writer wrote long after the log's position was written to a run. A deleted one is swept for
 * as long as prompt writers may not know of it; a writer that was frozen for longer cleans up after itself.
 * @throws Failure `run_not_found`
 */
export async function ensureRunExists(context: Context, runId: string, position: string): Promise<void> {
  if (isPrompt(context.table, context.clock.now(), position)) return
  const record = await context.table.get(runKey(context.project, runId))
  if (record === undefined || runIn(context, record) === undefined) await removeLateWrites(context, runId)
}
