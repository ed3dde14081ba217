import type { Context, RunHead } from '../context.ts'
import { type KeyLeaves, keyHashesOf, toRows, toUnsetRow } from '../index/rows.ts'
import { rowOwnerOf, rowWrite } from '../index/write.ts'
import { SEARCHABLE } from '../json/scan.ts'
import { runKey } from '../table/keys.ts'
import type { Write } from '../table/port.ts'
import { writeAll } from '../table/write-all.ts'
import { ensureRunExists } from './late.ts'
import type { LogHead } from './log.ts'

/** Stores the position of a log with more than 64 keys in the run's record, unless a later one is stored. */
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
 * The writes that make a log searchable before it is acknowledged. A retry makes the same writes, so it completes an
 * interrupted first try. A log with more than 64 keys writes rows only for keys with searchable scalars. The run's record
 * keeps its position, so that searches check older rows against the logs.
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

export const unsetWrites = (context: Context, run: RunHead, position: string, key: string): Write[] =>
  run.isIndexed ? [rowWrite(toUnsetRow(rowOwnerOf(context, run), position, key))] : []

export interface WrittenLog {
  readonly head: LogHead
  /** Whether this request wrote the log's rows with it. */
  readonly hasRows?: boolean
  /** Whether the run is known to have existed when the log was written. */
  readonly hasSeenRun?: boolean
}

/** Writes the rows of a stored log if they were not written with it, and checks that the run still exists. */
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
