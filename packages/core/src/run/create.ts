import { randomUUID } from 'node:crypto'
import type { Run } from '@runmeta/schema/reply'
import type { CreateRun } from '@runmeta/schema/run'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { factKeys, factRows, mendFacts } from '../index/facts.ts'
import { putRows } from '../index/write.ts'
import { present } from '../table/attribute.ts'
import { isRecord, nameKey, runKey } from '../table/keys.ts'
import type { Item } from '../table/port.ts'
import { storeTime } from '../table/time.ts'
import { cacheRun, runIn } from './cache.ts'
import { checkCreatedAt } from './imported.ts'
import { generatedName } from './name.ts'
import { type Claim, fromClaimItem, type StoredRun, shown, toClaimItem, toRunItem } from './record.ts'

export interface Creation {
  readonly run: Run
  readonly isNew: boolean
}

/** A claim can be freed between its refusal and the look at it; nobody is that unlucky this often. */
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
 * Gets the run of this name or id, or makes it: the name is claimed first, then the run is written, each where it is
 * absent. A second sending of the same request finds the first one's claim and completes what that left undone.
 * @throws Failure `name_taken` or `id_taken` where id and name belong to different runs.
 */
export async function create(context: Context, input: CreateRun): Promise<Creation> {
  const { table, project } = context
  if (input.createdAt !== undefined) await storeTime(context)
  checkCreatedAt(context, input.createdAt)
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
    const run = await settle(context, claimed)
    if (run === undefined && claimed.id === input.id) throw idTaken()
    // Without a name in the request the claim that was met is a stranger's, and another name is made up.
    if (run === undefined || input.name === undefined) continue
    if (input.id !== undefined && input.id !== run.id) throw nameTaken()
    return found(run)
  }
  throw new Failure('store_unavailable', 'name: is claimed and freed again and again; try again')
}

function claimFor({ positions }: Context, now: number, input: CreateRun): Claim {
  const { id = randomUUID(), pipeline, status = 'running', startedAt, endedAt, index = true } = input
  const createdAt = input.createdAt ?? new Date(now).toISOString()
  return {
    id,
    name: input.name ?? generatedName(pipeline, createdAt),
    status,
    createdAt,
    isIndexed: index,
    version: positions(now),
    creationId: randomUUID(),
    // A run that is made as it starts starts now; when one that is over began, only the caller knows.
    ...present({ pipeline, startedAt: startedAt ?? (status === 'running' ? createdAt : undefined), endedAt }),
  }
}

async function readClaim({ table, project }: Context, name: string): Promise<Claim | undefined> {
  const item = await table.get(nameKey(project, name))
  return item === undefined ? undefined : fromClaimItem(project, item)
}

/** Writes the run of a claim that this request made. @returns nothing where others made and deleted it meanwhile. */
async function complete(context: Context, claim: Claim, input: CreateRun): Promise<Creation | undefined> {
  const run = input.id === undefined ? await placeFresh(context, claim) : await place(context, claim)
  if (run?.name === claim.name) {
    cacheRun(context, run)
    return { run: shown(run), isNew: true }
  }
  await free(context, claim)
  // An id that was made up here is in use only where others completed this very claim.
  if (input.id === undefined) return undefined
  if (run === undefined || input.name !== undefined) throw idTaken()
  return found(run)
}

/** The run of a claim that was met, made where its maker did not get that far; a claim that holds no run is freed. */
async function settle(context: Context, claim: Claim): Promise<StoredRun | undefined> {
  const items = await readRecord(context, claim.id)
  const run = items.some(isRecord) ? await listed(context, items) : await place(context, claim)
  if (run?.name === claim.name) return run
  await free(context, claim)
  return undefined
}

/**
 * Writes the claim's run where its id is free, then the rows that it is listed by.
 * @returns The run that has the id then; nothing where it was deleted.
 */
async function place(context: Context, claim: Claim): Promise<StoredRun | undefined> {
  const written = await context.table.put(toRunItem(context.project, claim), { exists: false })
  if (written === undefined) return listed(context, await readRecord(context, claim.id))
  await putRows(context, factRows(context, claim))
  return claim
}

/** The same where nobody else can have the id: the rows need not wait to see whose run it is. */
async function placeFresh(context: Context, claim: Claim): Promise<StoredRun | undefined> {
  const [run] = await Promise.all([
    context.table.put(toRunItem(context.project, claim), { exists: false }),
    putRows(context, factRows(context, claim)),
  ])
  return run === undefined ? place(context, claim) : claim
}

const readRecord = (context: Context, id: string): Promise<Item[]> =>
  context.table.getMany([runKey(context.project, id), ...factKeys(context, id)])

/** The run that was read, with the rows that it is listed by: a creation that died has not written them. */
async function listed(context: Context, items: readonly Item[]): Promise<StoredRun | undefined> {
  const record = items.find(isRecord)
  const run = record === undefined ? undefined : runIn(context, record)
  if (run !== undefined) await mendFacts(context, run, items)
  return run
}

const free = ({ table, project }: Context, { name, id, creationId }: Claim) =>
  table.remove(nameKey(project, name), { exists: true, equals: { id, creationId } })
