import type { Context, KnownRuns, SeenRun } from '../context.ts'
import { runKey } from '../table/keys.ts'
import type { Item } from '../table/port.ts'
import { createRecent } from '../ttl-cache.ts'
import { checkpointIn } from './checkpoint.ts'
import { fromRunItem, type NewRun } from './record.ts'

/** Milliseconds; below the 15 s after which a log to a deleted run is refused everywhere. */
const REMEMBERED = 10_000
const MOST = 10_000

export const createKnownRuns = (): KnownRuns => createRecent({ remembered: REMEMBERED, most: MOST })

const knownAs = ({ project }: Context, id: string): string => `${project}/${id}`

/** The run that a record holds; nothing where it is what a deleted run leaves behind. */
export const runIn = ({ project }: Pick<Context, 'project'>, item: Item): NewRun | undefined =>
  item.name === undefined ? undefined : fromRunItem(project, item)

/** Remembers a run as its record has it, or as it was just made. */
export function remember(context: Context, { id, name, createdAt, isIndexed }: NewRun, record?: Item): SeenRun {
  const { keys = 0, bytes = 0 } = (record === undefined ? undefined : checkpointIn(record)) ?? {}
  const run = { id, name, createdAt, isIndexed, room: { keys, bytes } }
  context.known.set(knownAs(context, id), { run, era: context.clock.era() })
  return run
}

export const forget = (context: Context, id: string): void => context.known.delete(knownAs(context, id))

/** Reads a run's record, strongly consistent. */
export async function record(context: Context, id: string): Promise<NewRun | undefined> {
  const item = await context.table.get(runKey(context.project, id))
  const run = item === undefined ? undefined : runIn(context, item)
  if (run !== undefined) remember(context, run, item)
  return run
}

/**
 * The run, as this server saw it within the last seconds or reads it now. What was seen before the machine's clock jumped
 * is read again: nobody knows how long ago that was, and the reply tells the store's time.
 */
export async function exists(context: Context, id: string): Promise<SeenRun | undefined> {
  const known = context.known.get(knownAs(context, id))
  if (known?.era === context.clock.era()) return known.run
  const item = await context.table.get(runKey(context.project, id))
  const run = item === undefined ? undefined : runIn(context, item)
  return run === undefined ? undefined : remember(context, run, item)
}
