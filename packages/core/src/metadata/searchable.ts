import type { Context, RunHead } from '../context.ts'
import { type KeyLeaves, keyHashesOf, toRows, toUnsetRow } from '../index/rows.ts'
import { rowOwnerOf, rowWrite } from '../index/write.ts'
import { SEARCHABLE } from '../json/scan.ts'
import { runKey } from '../table/keys.ts'
import type { Write } from '../table/port.ts'
import { writeAll } from '../table/write-all.ts'
import { ensureRunExists } from './late.ts'
import type { LogHead } from './log.ts'

/** Notes that a log said something of more keys than it has rows for; a later note stays. */
export const wideWrite = (
  { project }: Pick<Context, 'project'>,
  run: Pick<RunHead, 'id' | 'createdAt'>,
  position: string,
) => ({
  update: runKey(project, run.id),
  condition: { equals: { createdAt: run.createdAt }, atMost: { lastWideLog: position } },
  change: { set: { lastWideLog: position } },
})

/**
 * What makes a log's metadata searchable, before it is acknowledged. A second sending writes the same rows again, so that it
 * mends what the first one left undone. A log of more keys than it has searchable scalars writes no row for the keys that
 * have none: the run notes its position, and what is older there is checked against the logs.
 */
export function logWrites(context: Context, run: RunHead, position: string, keys: readonly KeyLeaves[]): Write[] {
  if (!run.isIndexed) return []
  const owner = rowOwnerOf(context, run)
  const isWide = keys.length > SEARCHABLE.leaves
  const marks = keyHashesOf(keys)
  const written = isWide ? keys.filter(({ leaves }) => leaves.length > 0) : keys
  const rows = written.flatMap((key) => toRows(owner, position, key, marks))
  return [...rows.map(rowWrite), ...(isWide ? [wideWrite(context, run, position)] : [])]
}

/** What makes the value of an unset key unfindable. */
export const unsetWrites = (context: Context, run: RunHead, position: string, key: string): Write[] =>
  run.isIndexed ? [rowWrite(toUnsetRow(rowOwnerOf(context, run), position, key))] : []

/** A log that is there. */
export interface WrittenLog {
  readonly head: LogHead
  /** Whether its rows were written with it. */
  readonly hasRows: boolean
  /** Whether the run was seen to be there when the log was written. */
  readonly hasSeenRun: boolean
}

/** Sees to it that a log which is there can be searched: where its rows were not written with it, they are now. */
export async function finishIndex(
  context: Context,
  run: RunHead,
  { head, hasRows, hasSeenRun }: WrittenLog,
  writesAt: (position: string) => Write[],
): Promise<void> {
  if (!run.isIndexed) return
  if (!hasRows) await writeAll(context.table, writesAt(head.position))
  if (!hasSeenRun) await ensureRunExists(context, run.id, head.position)
}
