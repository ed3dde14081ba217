import type { Context, Server } from '../context.ts'
import type { Deadline } from '../deadline.ts'
import { Failure } from '../failure.ts'
import {
  EXPIRY_INDEX_PK,
  expiryIndexSk,
  expiryKey,
  projectOfRunKey,
  runKey,
  runKeyOf,
  timeOfExpiry,
} from '../table/keys.ts'
import type { IndexEntry } from '../table/port.ts'
import { storeTime } from '../table/time.ts'
import { isExpired, recordedRun } from './cache.ts'
import { eraseRun } from './erase.ts'
import { writeTombstone } from './tombstone.ts'

/** An entry whose run has not expired is kept this long after its time: its writer may be slow to write the run. */
const KEEP_MS = 86_400_000

/** @throws Failure `bad_request` if `expiresAt` is in the past */
export async function checkExpiresAt(
  context: Pick<Context, 'table' | 'clock'>,
  expiresAt: string | null | undefined,
): Promise<void> {
  if (typeof expiresAt !== 'string' || Date.parse(expiresAt) > (await storeTime(context))) return
  throw new Failure('bad_request', 'expiresAt: must be in the future; send a later time, or delete the run')
}

/** Lists a run for the sweep before the run is written, so that the sweep knows every run that expires. */
export async function listExpiry({ table, project }: Context, id: string, expiresAt: string | null | undefined) {
  if (typeof expiresAt !== 'string') return
  const { pk } = runKey(project, id)
  const entry = { indexPk: EXPIRY_INDEX_PK, indexSk: expiryIndexSk(expiresAt, pk) }
  await table.put({ ...expiryKey(pk, expiresAt), ...entry }, {})
}

/** Deletes the run of an entry if it has expired, and removes an entry that is no longer needed. @returns whether it is done */
export async function sweepExpiry(
  { table, clock }: Pick<Server, 'table' | 'clock'>,
  entry: IndexEntry,
  isOver: Deadline,
): Promise<boolean> {
  const key = runKeyOf(entry)
  const project = projectOfRunKey(key)
  const record = await table.get(key)
  const run = recordedRun({ project }, record)
  if (run !== undefined && isExpired({ clock }, run)) {
    return (await writeTombstone({ table, clock, project }, run)) && eraseRun(table, key, isOver)
  }
  const isDeleted = record !== undefined && run === undefined
  if (!isDeleted && timeOfExpiry(entry) > clock.now() - KEEP_MS) return false
  return table.remove(entry, { exists: true, equals: { indexSk: entry.indexSk } })
}
