import type { Run } from '@runmeta/schema/reply'
import type { UpdateRun } from '@runmeta/schema/run'
import type { Context } from '../context.ts'
import { contended, Failure } from '../failure.ts'
import { factRows } from '../index/facts.ts'
import { putRows } from '../index/write.ts'
import { present } from '../table/attribute.ts'
import { runKey } from '../table/keys.ts'
import type { Change } from '../table/port.ts'
import { forgetRun, readRun, runIn } from './cache.ts'
import { checkExpiresAt, listExpiry } from './expiry.ts'
import { find, isNamedBy, notFound } from './find.ts'
import { type StoredRun, shown } from './record.ts'
import { beginRename, freeFormerName, renamedRun } from './rename.ts'
import { fromRename, toFormer } from './rename-state.ts'

/** Sets `endedAt` to now for a run that ends, and removes it from a run that runs again. */
function changeFor({ status, endedAt, pipeline, expiresAt }: UpdateRun, now: string): Change {
  const set = present({ status, endedAt, pipeline, expiresAt: expiresAt ?? undefined })
  const isAgain = status === 'running' && endedAt === undefined
  const remove = [...(isAgain ? ['endedAt'] : []), ...(expiresAt === null ? ['expiresAt'] : [])]
  const isEnd = status !== undefined && endedAt === undefined && !isAgain
  return { set, remove, ...(isEnd ? { setIfAbsent: { endedAt: now } } : {}) }
}

const MAX_TRIES = 16

/** The run to change. A retry of a rename finds it by its new name. */
async function runToChange(context: Context, reference: string, { name }: UpdateRun): Promise<StoredRun> {
  try {
    return await find(context, reference, (id) => readRun(context, id), { isExact: true })
  } catch (error) {
    const isGone = error instanceof Failure && error.code === 'run_not_found' && name !== undefined
    const renamed = isGone ? await renamedRun(context, reference, name) : undefined
    if (renamed === undefined) throw error
    return renamed
  }
}

/**
 * Changes a run, named exactly, then the rows of its facts. A repeat makes the same changes, and writes the rows again.
 * @throws Failure `run_not_found`, `name_taken`, `bad_request`
 */
export async function update(context: Context, reference: string, input: UpdateRun): Promise<Run> {
  await checkExpiresAt(context, input.expiresAt)
  const first = await runToChange(context, reference, input)
  if (Object.keys(input).length === 0) return shown(first)
  const { id } = first
  await listExpiry(context, id, input.expiresAt)
  let run: StoredRun | undefined = first
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    if (run === undefined || !isStill(run, reference, first, input)) throw notFound({ isExact: true })
    const changed = await tryChange(context, run, input)
    if (changed !== undefined) {
      forgetRun(context, id)
      if (changed.name !== run.name) await freeFormerName(context, changed)
      const listed = LISTED.filter((fact) => input[fact] !== undefined)
      await putRows(context, factRows(context, changed, listed))
      return shown(changed)
    }
    run = await readRun(context, id)
  }
  throw contended('run')
}

const LISTED = ['pipeline', 'status'] as const

/** Whether a run is still the one to change: it has the id or the name of the reference, its first name, or the new name. */
const isStill = (run: StoredRun, reference: string, first: StoredRun, { name }: UpdateRun): boolean =>
  isNamedBy(run, reference) || run.name === first.name || run.name === name

/** Changes a run unless it was changed since it was read. @returns the changed run, or undefined */
async function tryChange(context: Context, run: StoredRun, input: UpdateRun): Promise<StoredRun | undefined> {
  if (input.name === undefined || input.name === run.name) return change(context, run, input, {})
  const begun = await beginRename(context, run, input.name)
  if (begun?.rename === undefined) return undefined
  const { to, oldClaim } = fromRename(begun.rename)
  const former = toFormer({ name: run.name, claim: oldClaim })
  const rename: Change = { set: { name: to, former }, remove: ['rename'] }
  return change(context, begun, input, rename)
}

async function change(
  context: Context,
  run: StoredRun,
  input: UpdateRun,
  rename: Change,
): Promise<StoredRun | undefined> {
  const { table, clock, positions, project } = context
  const now = clock.now()
  const { set, remove = [], ...rest } = changeFor(input, new Date(now).toISOString())
  const item = await table.update(
    runKey(project, run.id),
    // A tombstone has no name, so a change never turns it back into a run.
    { exists: true, equals: { name: run.name, version: run.version, ...(rename.set && { rename: run.rename }) } },
    {
      ...rest,
      set: { ...set, ...rename.set, version: positions(now, run.version) },
      remove: [...remove, ...(rename.remove ?? [])],
    },
  )
  return runIn(context, item)
}
