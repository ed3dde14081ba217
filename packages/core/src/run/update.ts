import type { Run } from '@runmeta/schema/reply'
import type { UpdateRun } from '@runmeta/schema/run'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { factRows } from '../index/facts.ts'
import { putRows } from '../index/write.ts'
import { present } from '../table/attribute.ts'
import { runKey } from '../table/keys.ts'
import type { Change } from '../table/port.ts'
import { readRun, runIn } from './cache.ts'
import { find, notFound } from './find.ts'
import { type StoredRun, shown } from './record.ts'

/** A run that ends, ends now unless the caller says when; one that runs again has not ended. */
function changeFor({ status, endedAt, pipeline }: UpdateRun, now: string): Change {
  const change = { set: present({ status, endedAt, pipeline }) }
  if (status === undefined || endedAt !== undefined) return change
  return status === 'running' ? { ...change, remove: ['endedAt'] } : { ...change, setIfAbsent: { endedAt: now } }
}

/** Changes of one run meet rarely, and each meeting lets one of them through. */
const MAX_TRIES = 16

/**
 * Changes a run, named exactly, and then what it is listed by. The same request again leaves it as it is, and mends the
 * listing. @throws Failure `run_not_found`
 */
export async function update(context: Context, reference: string, input: UpdateRun): Promise<Run> {
  let run: StoredRun | undefined = await find(context, reference, (id) => readRun(context, id), { isExact: true })
  if (Object.keys(input).length === 0) return shown(run)
  const { id, name } = run
  // What a deleted run leaves has no name, so it is not changed back into a run.
  for (let attempt = 0; attempt < MAX_TRIES && run?.name === name; attempt++) {
    const changed = await change(context, run, input)
    if (changed === undefined) {
      run = await readRun(context, id)
      continue
    }
    const listed = LISTED.filter((fact) => input[fact] !== undefined)
    await putRows(context, factRows(context, changed, listed))
    return shown(changed)
  }
  if (run?.name === name) throw new Failure('store_unavailable', 'run: is changed again and again; try again')
  throw notFound({ isExact: true })
}

const LISTED = ['pipeline', 'status'] as const

/** Changes the run as it was read; nothing where another change came first. */
async function change(context: Context, run: StoredRun, input: UpdateRun): Promise<StoredRun | undefined> {
  const { table, clock, positions, project } = context
  const now = clock.now()
  const { set, ...rest } = changeFor(input, new Date(now).toISOString())
  const item = await table.update(
    runKey(project, run.id),
    { exists: true, equals: { name: run.name, version: run.version } },
    { ...rest, set: { ...set, version: positions(now, run.version) } },
  )
  return item === undefined ? undefined : runIn(context, item)
}
