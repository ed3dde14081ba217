import { allSettled } from '../all-settled.ts'
import type { Context } from '../context.ts'
import { contended } from '../failure.ts'
import { factKeys, factRows, repairFacts } from '../index/facts.ts'
import { putRows } from '../index/write.ts'
import { isRecord, nameKey, runKey } from '../table/keys.ts'
import type { Item } from '../table/port.ts'
import { forgetRun, isExpired, recordedRun, runIn } from './cache.ts'
import { listExpiry } from './expiry.ts'
import { type Claim, fromClaimItem, type StoredRun, toClaimItem, toRunItem } from './record.ts'
import { fromRename, isLive, type Rename, toFormer } from './rename-state.ts'
import { writeTombstone } from './tombstone.ts'

/** A claim reserves a name for a run. The run's record is the authority: the run has the name only if its record says so. */

const MAX_TRIES = 8

export async function readClaim({ table, project }: Context, name: string): Promise<Claim | undefined> {
  const item = await table.get(nameKey(project, name))
  return item === undefined ? undefined : fromClaimItem(project, item)
}

type ClaimId = Pick<Claim, 'name' | 'id' | 'creationId'>

export const freeClaim = ({ table, project }: Context, { name, id, creationId }: ClaimId) =>
  table.remove(nameKey(project, name), { exists: true, equals: { id, creationId } })

/**
 * Returns the run that has the name of a claim, and first completes interrupted work: it creates the run, finishes or reverts
 * a rename, and deletes a run that has expired. It frees the claim if no run has the name after that.
 */
export async function settleClaim(context: Context, claim: Claim): Promise<StoredRun | undefined> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const items = await readRecord(context, claim.id)
    const record = items.find(isRecord)
    const recorded = recordedRun(context, record)
    if (recorded !== undefined && isExpired(context, recorded)) {
      // Delete it, so that no later change revives it after its name was reused.
      if (!(await writeTombstone(context, recorded))) continue
    } else if (recorded?.rename !== undefined && fromRename(recorded.rename).newClaim === claim.creationId) {
      await settleRename(context, recorded)
      continue
    } else {
      const run = record === undefined ? await writeRun(context, claim) : await listed(context, items)
      // The run of an interrupted creation may have expired by now.
      if (run !== undefined && isExpired(context, run)) continue
      if (run?.name === claim.name) return run
    }
    await freeClaim(context, claim)
    return undefined
  }
  throw contended('name')
}

/**
 * Writes the run of a claim if its id is free, then the rows of its facts.
 * @returns the run that has the id, which may be another one; undefined if that was deleted
 */
export async function writeRun(context: Context, claim: Claim): Promise<StoredRun | undefined> {
  await listExpiry(context, claim.id, claim.expiresAt)
  const written = await context.table.put(toRunItem(context.project, claim), { exists: false })
  if (written === undefined) return listed(context, await readRecord(context, claim.id))
  await putRows(context, factRows(context, claim))
  return claim
}

/** Writes the run of a claim with a generated id. No other run has the id, so the rows are written at the same time. */
export async function writeNewRun(context: Context, claim: Claim): Promise<StoredRun | undefined> {
  await listExpiry(context, claim.id, claim.expiresAt)
  const [run] = await allSettled([
    context.table.put(toRunItem(context.project, claim), { exists: false }),
    putRows(context, factRows(context, claim)),
  ])
  return run === undefined ? writeRun(context, claim) : claim
}

const readRecord = (context: Context, id: string): Promise<Item[]> =>
  context.table.getMany([runKey(context.project, id), ...factKeys(context, id)])

/** The run among the items that were read. Writes the rows that an interrupted creation has not written. */
async function listed(context: Context, items: readonly Item[]): Promise<StoredRun | undefined> {
  const run = runIn(context, items.find(isRecord))
  if (run !== undefined) await repairFacts(context, run, items)
  return run
}

/** Claims the new name of a run. @returns the run that has the name, if it is another one */
export async function claimNewName(
  context: Context,
  run: StoredRun,
  { to, newClaim }: Rename,
): Promise<StoredRun | undefined> {
  const own: Claim = { ...run, name: to, creationId: newClaim }
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    if ((await context.table.put(toClaimItem(context.project, own), { exists: false })) !== undefined) return undefined
    const found = await readClaim(context, to)
    if (found === undefined) continue
    if (found.creationId === newClaim) return undefined
    const other = await settleClaim(context, found)
    if (other !== undefined) return other
  }
  throw contended('name')
}

/** Ends a rename that another request began: finishes it if that request may still be running, else reverts it. */
export async function settleRename(context: Context, run: StoredRun): Promise<void> {
  if (run.rename === undefined) return
  const rename = fromRename(run.rename)
  const isOurs = isLive(rename, context.clock.now()) && (await claimNewName(context, run, rename)) === undefined
  if (!isOurs) return revertRename(context, run)
  const { table, project } = context
  const changed = await table.update(
    runKey(project, run.id),
    { exists: true, equals: { name: run.name, rename: run.rename } },
    { set: { name: rename.to, former: toFormer({ name: run.name, claim: rename.oldClaim }) }, remove: ['rename'] },
  )
  forgetRun(context, run.id)
  if (changed !== undefined) await freeClaim(context, { name: run.name, id: run.id, creationId: rename.oldClaim })
}

export async function revertRename(context: Context, { id, rename }: StoredRun): Promise<void> {
  if (rename === undefined) return
  const { table, project } = context
  const { to, newClaim } = fromRename(rename)
  await table.update(runKey(project, id), { exists: true, equals: { rename } }, { remove: ['rename'] })
  // If the rename was completed meanwhile, the claim is in use and must stay.
  const record = await table.get(runKey(project, id))
  if (record?.name !== to) await freeClaim(context, { name: to, id, creationId: newClaim })
}
