import type { Run } from '@runmeta/schema/reply'
import type { UpdateRun } from '@runmeta/schema/run'
import type { Context } from '../context.ts'
import { find, notFound } from '../reference/find.ts'
import { present } from '../store/attribute.ts'
import { runKey } from '../store/item.ts'
import type { Change } from '../store/store.ts'
import { record, runIn } from './exists.ts'
import { shown } from './item.ts'

/** A run that ends, ends now unless the caller says when; one that runs again has not ended. */
function changeFor({ status, endedAt, pipeline }: UpdateRun, now: string): Change {
  const change = { set: present({ status, endedAt, pipeline }) }
  if (status === undefined || endedAt !== undefined) return change
  return status === 'running' ? { ...change, remove: ['endedAt'] } : { ...change, setIfAbsent: { endedAt: now } }
}

/** Changes a run, named exactly. The same request again leaves it as it is. @throws Failure `run_not_found` */
export async function update(context: Context, reference: string, input: UpdateRun): Promise<Run> {
  const { store, clock, project } = context
  const run = await find(context, reference, (id) => record(context, id), { isExact: true })
  if (Object.keys(input).length === 0) return shown(run)
  const change = changeFor(input, new Date(clock.now()).toISOString())
  // What a deleted run leaves has no name, so it is not changed back into a run.
  const item = await store.update(runKey(project, run.id), { name: run.name }, change)
  const changed = item === undefined ? undefined : runIn(context, item)
  if (changed === undefined) throw notFound({ isExact: true })
  return shown(changed)
}
