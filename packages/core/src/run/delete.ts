import { randomUUID } from 'node:crypto'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { runKey, SWEEP_INDEX_PK, sweepIndexSk } from '../table/keys.ts'
import { forgetRun, readRun } from './cache.ts'
import { CHECKPOINT_ATTRIBUTES } from './checkpoint.ts'
import { eraseRun } from './erase.ts'
import { find, notFound } from './find.ts'

/** Milliseconds that a deletion spends on removing items before it leaves the rest to the sweep. */
const DELETE_BUDGET_MS = 5000

/** A run's attributes that its tombstone does not keep. */
const GONE = [
  ...['name', 'pipeline', 'status', 'createdAt', 'startedAt', 'endedAt', 'index', 'version', 'lastWideLog'],
  ...CHECKPOINT_ATTRIBUTES,
] as const

/**
 * Removes a run, named exactly, and all that hangs on it. Its record becomes a tombstone first: from then on nobody can
 * read it, its name is free, and its id is never used again. What dies after that is finished by the sweep, which finds
 * the tombstone; the same request again is told that there is no such run.
 * @throws Failure `run_not_found`
 */
export async function remove(context: Context, reference: string): Promise<void> {
  const { table, clock, project } = context
  const run = await find(context, reference, (id) => readRun(context, id), { isExact: true })
  const deletedAt = new Date(clock.now()).toISOString()
  const key = runKey(project, run.id)
  const tombstone = {
    deletedAt,
    claim: run.name,
    indexPk: SWEEP_INDEX_PK,
    // Of this request alone: two deletions can share a millisecond.
    indexSk: sweepIndexSk(deletedAt, run.id, randomUUID()),
  }
  const changed = await table.update(
    key,
    { exists: true, equals: { name: run.name } },
    { set: tombstone, remove: GONE },
  )
  forgetRun(context, run.id)
  // The client's own second try finds the name gone that its first one took.
  const found = changed ?? (await table.get(key))
  if (found?.indexSk !== tombstone.indexSk) throw notFound({ isExact: true })
  await eraseRun(table, key, { until: performance.now() + DELETE_BUDGET_MS }).catch(leaveToSweep)
}

/** The run is deleted once its tombstone is there: a store that fails after that delays no more than its bytes. */
function leaveToSweep(error: unknown): void {
  if (!(error instanceof Failure && error.code === 'store_unavailable')) throw error
}
