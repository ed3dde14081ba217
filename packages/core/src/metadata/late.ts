import type { Context } from '../context.ts'
import { runIn } from '../run/cache.ts'
import { eraseRun } from '../run/erase.ts'
import { notFound } from '../run/find.ts'
import { runKey } from '../table/keys.ts'
import { isPrompt } from './checkpoint/age.ts'

const CLEANUP_BUDGET_MS = 5000

/** Removes items that were written to a deleted run after its last sweep. @throws Failure `run_not_found` always */
export async function removeLateWrites({ table, project, clock }: Context, runId: string): Promise<never> {
  await eraseRun(table, runKey(project, runId), clock.deadline(CLEANUP_BUDGET_MS))
  throw notFound()
}

/**
 * The sweep removes what prompt writers write to a deleted run. A writer that was suspended for longer removes its own items.
 * @throws Failure `run_not_found`
 */
export async function ensureRunExists(context: Context, runId: string, position: string): Promise<void> {
  if (isPrompt(context.table, context.clock.now(), position)) return
  const record = await context.table.get(runKey(context.project, runId))
  if (record === undefined || runIn(context, record) === undefined) await removeLateWrites(context, runId)
}
