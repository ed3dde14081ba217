import { randomUUID } from 'node:crypto'
import type { Context } from '../context.ts'
import { present } from '../table/attribute.ts'
import { runKey, SWEEP_INDEX_PK, sweepIndexSk } from '../table/keys.ts'
import { CHECKPOINT_ATTRIBUTES } from './checkpoint.ts'
import type { StoredRun } from './record.ts'

const REMOVED_ATTRIBUTES = [
  ...['name', 'pipeline', 'status', 'createdAt', 'startedAt', 'endedAt', 'expiresAt', 'index', 'version'],
  'lastWideLog',
  ...CHECKPOINT_ATTRIBUTES,
] as const

/**
 * Turns a run's record into a tombstone and lists it for the sweep. From then on the run cannot be read, its name is free, and
 * its id is never used again.
 * @returns `false` if the run was renamed, deleted or given another expiry since it was read
 */
export async function writeTombstone(
  { table, clock, project }: Pick<Context, 'table' | 'clock' | 'project'>,
  run: Pick<StoredRun, 'id' | 'name' | 'expiresAt'>,
): Promise<boolean> {
  const deletedAt = new Date(clock.now()).toISOString()
  // Unique to this deletion: two may happen in the same millisecond.
  const indexSk = sweepIndexSk(deletedAt, run.id, randomUUID())
  const tombstone = await table.update(
    runKey(project, run.id),
    { exists: true, equals: { name: run.name, ...present({ expiresAt: run.expiresAt }) } },
    { set: { deletedAt, claim: run.name, indexPk: SWEEP_INDEX_PK, indexSk }, remove: REMOVED_ATTRIBUTES },
  )
  if (tombstone !== undefined) return true
  // A retry by the AWS client finds the name already removed by its first try.
  const found = await table.get(runKey(project, run.id))
  return found?.indexSk === indexSk
}
