import type { Context } from '../context.ts'
import type { LogHead } from '../log/item.ts'
import type { KnownRun } from '../run/known.ts'
import { expectRunOf } from '../run/late.ts'
import { runKey } from '../store/item.ts'
import { SEARCHABLE } from '../value/scan.ts'
import { type KeyLeaves, marksOf, type Place, type Row, toRows, toUnsetRow } from './item.ts'

export const placeOf = ({ project, shardsOf }: Pick<Context, 'project' | 'shardsOf'>, run: Place['run']): Place => ({
  project,
  run,
  shards: shardsOf(project).written,
})

/**
 * Writes rows, each unless there is a later one. All at once: none waits for another, and where one fails the others are
 * through before that is told.
 */
export async function putRows({ store }: Pick<Context, 'store'>, rows: readonly Row[]): Promise<void> {
  const puts = await Promise.allSettled(rows.map((row) => store.putUnlessOlder(row)))
  const failed = puts.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}

/**
 * Makes a log's metadata searchable, before it is acknowledged. A second sending writes the same rows again, so that it
 * mends what the first one left undone. A log of more keys than it has searchable scalars writes no row for the keys that
 * have none: the run notes its position, and what is older there is checked against the logs.
 */
export async function index(
  context: Context,
  run: KnownRun,
  { position }: Pick<LogHead, 'position'>,
  keys: readonly KeyLeaves[],
): Promise<void> {
  if (!run.isIndexed) return
  const place = placeOf(context, run)
  const isWide = keys.length > SEARCHABLE.leaves
  const marks = marksOf(keys)
  const written = isWide ? keys.filter(({ leaves }) => leaves.length > 0) : keys
  const rows = written.flatMap((key) => toRows(place, position, key, marks))
  await Promise.all([
    putRows(context, rows),
    isWide ? context.store.raise(runKey(context.project, run.id), { name: run.name }, 'wide', position) : undefined,
  ])
  await expectRunOf(context, run.id, position)
}

/** Makes what a key held unfindable. */
export async function indexUnset(
  context: Context,
  run: KnownRun,
  { position }: Pick<LogHead, 'position'>,
  key: string,
): Promise<void> {
  if (!run.isIndexed) return
  await putRows(context, [toUnsetRow(placeOf(context, run), position, key)])
  await expectRunOf(context, run.id, position)
}
