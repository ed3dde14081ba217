import type { Context } from '../context.ts'
import { emptyState, load, type State, take } from '../fold/fold.ts'
import { fromLogItem } from '../log/item.ts'
import { find } from '../reference/find.ts'
import { isLog, runPartition } from '../store/item.ts'
import { remember, runIn } from './exists.ts'
import type { NewRun } from './item.ts'

export interface RunWithMetadata extends NewRun {
  readonly state: State
}

/** A run and what its logs come to, large values not loaded yet. The record comes first of its partition, so one query tells and reads. */
export async function read(context: Context, id: string): Promise<RunWithMetadata | undefined> {
  const state = emptyState()
  let run: NewRun | undefined
  for await (const items of context.store.pages(runPartition(context.project, id))) {
    for (const item of items) {
      if (isLog(item)) take(state, await fromLogItem(context.store, item))
      else run = runIn(context, item)
    }
    if (run === undefined) return undefined
  }
  if (run === undefined) return undefined
  remember(context, run)
  return { ...run, state }
}

/** A run with its metadata, ready to be shown. @throws Failure `run_not_found`, `ambiguous_run`, `bad_request` */
export async function get(context: Context, reference: string): Promise<RunWithMetadata> {
  const run = await find(context, reference, (id) => read(context, id))
  await load(run.state)
  return run
}
