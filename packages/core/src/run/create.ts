import { randomUUID } from 'node:crypto'
import type { Run } from '@runmeta/schema/reply'
import type { CreateRun } from '@runmeta/schema/run'
import type { Context } from '../context.ts'
import { contended, Failure } from '../failure.ts'
import { present } from '../table/attribute.ts'
import { storeTime } from '../table/time.ts'
import { cacheRun } from './cache.ts'
import { freeClaim, readClaim, settleClaim, writeNewRun, writeRun } from './claim.ts'
import { checkCreatedAt } from './created-at.ts'
import { checkExpiresAt } from './expiry.ts'
import { generatedName } from './name.ts'
import { type Claim, type StoredRun, shown, toClaimItem } from './record.ts'

export interface Creation {
  readonly run: Run
  readonly isNew: boolean
}

const MAX_TRIES = 8

const found = (run: StoredRun): Creation => ({ run: shown(run), isNew: false })
const nameTaken = () =>
  new Failure('name_taken', 'name: belongs to a run with another id; leave out the id to get that run')
const idTaken = () =>
  new Failure(
    'id_taken',
    'id: belongs to a run with another name, or to one that was deleted; leave out the name to get the run, or use another id',
  )

/**
 * Gets the run with this name or id, or creates it: it claims the name, then writes the run, each only if absent. A retry
 * finds the claim of the first try and completes the creation.
 * @throws Failure `name_taken` or `id_taken` if id and name belong to different runs; `forbidden`, `bad_request`
 */
export async function create(context: Context, input: CreateRun): Promise<Creation> {
  const { table, project } = context
  if (input.createdAt !== undefined) await storeTime(context)
  checkCreatedAt(context, input.createdAt)
  await checkExpiresAt(context, input.expiresAt)
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const wanted = claimFor(context, await storeTime(context), input)
    const item = toClaimItem(project, wanted)
    const claimed = (await table.put(item, { exists: false })) ? wanted : await readClaim(context, wanted.name)
    if (claimed === undefined) continue
    if (claimed.creationId === wanted.creationId) {
      const made = await complete(context, claimed, input)
      if (made !== undefined) return made
      continue
    }
    const run = await settleClaim(context, claimed)
    if (run === undefined && claimed.id === input.id) throw idTaken()
    // Try again: the name is free now, or it was generated and the next try generates another.
    if (run === undefined || input.name === undefined) continue
    if (input.id !== undefined && input.id !== run.id) throw nameTaken()
    return found(run)
  }
  throw contended('name')
}

function claimFor({ positions }: Context, now: number, input: CreateRun): Claim {
  const { id = randomUUID(), pipeline, status = 'running', startedAt, endedAt, expiresAt, index = true } = input
  const createdAt = input.createdAt ?? new Date(now).toISOString()
  return {
    id,
    name: input.name ?? generatedName(pipeline, createdAt),
    status,
    createdAt,
    isIndexed: index,
    version: positions(now),
    creationId: randomUUID(),
    ...present({
      pipeline,
      startedAt: startedAt ?? (status === 'running' ? createdAt : undefined),
      endedAt,
      expiresAt,
    }),
  }
}

/** Writes the run of this request's claim. @returns Undefined if others created and deleted it meanwhile. */
async function complete(context: Context, claim: Claim, input: CreateRun): Promise<Creation | undefined> {
  const run = input.id === undefined ? await writeNewRun(context, claim) : await writeRun(context, claim)
  if (run?.name === claim.name) {
    cacheRun(context, run)
    return { run: shown(run), isNew: true }
  }
  await freeClaim(context, claim)
  // A generated id is in use only if another request completed this claim.
  if (input.id === undefined) return undefined
  if (run === undefined || input.name !== undefined) throw idTaken()
  return found(run)
}
