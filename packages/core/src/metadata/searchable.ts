import type { Context, KnownRun } from '../context.ts'
import { type KeyLeaves, marksOf, toRows, toUnsetRow } from '../index/rows.ts'
import { placeOf, putRows } from '../index/write.ts'
import { SEARCHABLE } from '../json/scan.ts'
import { runKey } from '../table/keys.ts'
import { expectRunOf } from './late.ts'
import type { LogHead } from './log.ts'

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
