import { randomUUID } from 'node:crypto'
import type { Context } from '../context.ts'
import { present } from '../table/attribute.ts'
import { runKey, SWEEP_INDEX_PK, sweepIndexSk } from '../table/keys.ts'
import type { Item } from '../table/port.ts'
import { CHECKPOINT_ATTRIBUTES } from './checkpoint.ts'
import type { StoredRun } from './record.ts'

/** A run's attributes that its tombstone does not keep. */
const REMOVED_ATTRIBUTES = [
  ...['name', 'pipeline', 'status', 'createdAt', 'startedAt', 'endedAt', 'expiresAt', 'index', 'version'],
  'lastWideLog',
  ...CHECKPOINT_ATTRIBUTES,
] as const

/** Where a deletion left its tombstone. */
export interface WrittenTombstone {
  readonly tombstone: Item
  /** Unique to this deletion, since two may happen in the same millisecond. */
  readonly indexSk: string
}

/**
 * Makes a run's record a tombstone, which the sweep finds: from then on the run cannot be read, its name is free, and its id
 * is never used again. @returns nothing where the run is not, by now, what it was when it was read
 */
export async function writeTombstone(
  { table, clock, project }: Pick<Context, 'table' | 'clock' | 'project'>,
  run: Pick<StoredRun, 'id' | 'name' | 'expiresAt'>,
): Promise<WrittenTombstone | undefined> {
  const deletedAt = new Date(clock.now()).toISOString()
  const indexSk = sweepIndexSk(deletedAt, run.id, randomUUID())
  const tombstone = await table.update(
    runKey(project, run.id),
    { exists: true, equals: { name: run.name, ...present({ expiresAt: run.expiresAt }) } },
    { set: { deletedAt, claim: run.name, indexPk: SWEEP_INDEX_PK, indexSk }, remove: REMOVED_ATTRIBUTES },
  )
  if (tombstone !== undefined) return { tombstone, indexSk }
  // A retry by the AWS client finds the name already removed by its first try.
  const found = await table.get(runKey(project, run.id))
  return found?.indexSk === indexSk ? { tombstone: found, indexSk } : undefined
}
