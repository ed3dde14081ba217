import type { Run } from '@runmeta/schema/reply'
import type { Context } from '../context.ts'
import { factKey, RUN_FACTS, type RunFact, runPartition } from '../table/keys.ts'
import type { Item, Key } from '../table/port.ts'
import { type Row, toFactRow } from './rows.ts'
import { putRows, rowOwnerOf } from './write.ts'

/** The fields that runs are listed by. The record has them; a row for each adds an entry to `lookup`. */

export interface ListedRun extends Pick<Run, 'id' | 'createdAt' | 'pipeline' | 'status'> {
  readonly version: string
}

export const factKeys = ({ project }: Context, id: string): Key[] =>
  RUN_FACTS.map((fact) => factKey(runPartition(project, id), fact))

export function factRows(
  context: Pick<Context, 'project' | 'shardsOf'>,
  run: ListedRun,
  facts: readonly RunFact[] = RUN_FACTS,
): Row[] {
  return facts.flatMap((fact) => {
    const value = run[fact]
    return value === undefined ? [] : [toFactRow(rowOwnerOf(context, run), run.version, fact, value)]
  })
}

/** Writes the rows of a run's facts that are not in `read`, or are older than the run's record. */
export function repairFacts(context: Context, run: ListedRun, read: readonly Item[]): Promise<void> {
  const isUpToDate = (row: Row) =>
    read.some(({ sk, version }) => sk === row.sk && typeof version === 'string' && version >= row.version)
  return putRows(
    context,
    factRows(context, run).filter((row) => !isUpToDate(row)),
  )
}
