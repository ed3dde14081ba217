import type { Context } from '../context.ts'
import type { NewRun } from '../run/item.ts'
import { factKey, RUN_FACTS, type RunFact, runPartition } from '../store/item.ts'
import type { Item, Key } from '../store/store.ts'
import { type Row, toFactRow } from './item.ts'
import { placeOf, putRows } from './write.ts'

/** What a run is listed by. Its record tells; the rows are entries of it in `lookup`. */

export const factKeys = ({ project }: Context, id: string): Key[] =>
  RUN_FACTS.map((fact) => factKey(runPartition(project, id), fact))

/** The rows of a run's facts, of those alone that it has. */
export function factRows(
  context: Pick<Context, 'project' | 'shardsOf'>,
  run: NewRun,
  facts: readonly RunFact[] = RUN_FACTS,
): Row[] {
  return facts.flatMap((fact) => {
    const value = run[fact]
    return value === undefined ? [] : [toFactRow(placeOf(context, run), run.at, fact, value)]
  })
}

/** Writes the rows that are missing among those that were read, or older than the run's record. */
export function mendFacts(context: Context, run: NewRun, read: readonly Item[]): Promise<void> {
  const isThere = (row: Row) => read.some(({ sk, at }) => sk === row.sk && typeof at === 'string' && at >= row.at)
  return putRows(
    context,
    factRows(context, run).filter((row) => !isThere(row)),
  )
}
