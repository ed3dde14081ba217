import type { Context } from '../context.ts'
import { contended, Failure } from '../failure.ts'
import { runKey } from '../table/keys.ts'
import { forgetRun, readRun } from './cache.ts'
import { eraseRun } from './erase.ts'
import { find, isNamedBy, notFound } from './find.ts'
import type { StoredRun } from './record.ts'
import { writeTombstone } from './tombstone.ts'

/** How long a deletion removes items before it leaves the rest to the sweep. */
const DELETE_BUDGET_MS = 5000
const MAX_TRIES = 8

/**
 * Deletes a run, named exactly, with its logs, index entries and claim. First its record becomes a tombstone. If the deletion
 * is interrupted after that, the sweep finishes it. A repeat throws `run_not_found`.
 */
export async function remove(context: Context, reference: string): Promise<void> {
  const { table, project, clock } = context
  let run: StoredRun | undefined = await find(context, reference, (id) => readRun(context, id), { isExact: true })
  const { id } = run
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    if (run === undefined || !isNamedBy(run, reference)) throw notFound({ isExact: true })
    const isDeleted = await writeTombstone(context, run)
    forgetRun(context, id)
    if (isDeleted) {
      await eraseRun(table, runKey(project, id), clock.deadline(DELETE_BUDGET_MS)).catch(leaveToSweep)
      return
    }
    run = await readRun(context, id)
  }
  throw contended('run')
}

/** The tombstone deletes the run. If the store fails after that, the sweep removes the items later. */
function leaveToSweep(error: unknown): void {
  if (!(error instanceof Failure && error.code === 'store_unavailable')) throw error
}
