import { randomUUID } from 'node:crypto'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { requiredString } from '../table/attribute.ts'
import { nameKey, runKey } from '../table/keys.ts'
import { readRun, runIn } from './cache.ts'
import { claimNewName, freeClaim, readClaim, revertRename, settleRename } from './claim.ts'
import type { StoredRun } from './record.ts'
import { fromFormer, fromRename, toRename } from './rename-state.ts'

const nameTaken = (): Failure =>
  new Failure('name_taken', 'name: belongs to another run; choose another name, or rename or delete that run first')

/**
 * Begins a rename: it stores the rename in the run's record, then claims the new name. After that, one write changes the name.
 * @returns the run with the rename, or undefined if it was changed meanwhile
 * @throws Failure `name_taken`, `store_unavailable`
 */
export async function beginRename(context: Context, run: StoredRun, to: string): Promise<StoredRun | undefined> {
  const { table, project, clock } = context
  if (run.rename !== undefined) {
    await settleRename(context, run)
    return undefined
  }
  await freeFormerName(context, run)
  // From now on, finding the run by its old name reads the record and skips the cache.
  const old = await table.update(
    nameKey(project, run.name),
    { exists: true, equals: { id: run.id } },
    { set: { isLeaving: true } },
  )
  const oldClaim = old === undefined ? '' : requiredString(old, 'creationId')
  const rename = toRename({ to, newClaim: randomUUID(), oldClaim, beganAt: Math.floor(clock.now()) })
  const record = await table.update(
    runKey(project, run.id),
    { exists: true, equals: { name: run.name, version: run.version, rename: undefined } },
    { set: { rename } },
  )
  const begun = runIn(context, record)
  if (begun === undefined) return undefined
  const other = await claimNewName(context, begun, fromRename(rename))
  if (other === undefined) return begun
  await revertRename(context, begun)
  if (other.id === run.id) return undefined
  throw nameTaken()
}

/** Frees the run's previous name, in case the server that renamed it died before it could. */
export async function freeFormerName(context: Context, { id, former }: StoredRun): Promise<void> {
  if (former === undefined) return
  const { name, claim } = fromFormer(former)
  await freeClaim(context, { name, id, creationId: claim })
}

/** The run that was renamed from one name to another: a retry of a rename finds it. */
export async function renamedRun(context: Context, from: string, to: string): Promise<StoredRun | undefined> {
  const claim = await readClaim(context, to)
  const run = claim === undefined ? undefined : await readRun(context, claim.id)
  if (run?.name !== to || run.former === undefined) return undefined
  return fromFormer(run.former).name === from ? run : undefined
}
