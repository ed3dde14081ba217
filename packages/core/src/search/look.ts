import type { NewRun } from '../run/record.ts'
import { isLeaf } from '../table/keys.ts'
import type { Hint } from '../table/port.ts'
import type { Candidate } from './candidate.ts'
import type { Driver, Standing } from './driver.ts'
import type { SearchQuery } from './query.ts'

/** An entry of the index that was looked at. */
export interface Looked {
  readonly hint: Hint
  /** The run that it stands for; nothing where that is no answer. */
  readonly candidate?: Candidate
  /** Where that stands now. */
  readonly place?: string
  /** The position below which its row is stale; nothing where it is not. */
  readonly staleBelow?: string
}

const isWanted = (run: NewRun, { ids, name, pipeline, status, createdAfter, createdBefore }: SearchQuery): boolean =>
  (ids === undefined || ids.includes(run.id)) &&
  (name === undefined || run.name.startsWith(name)) &&
  (pipeline === undefined || run.pipeline === pipeline) &&
  (status === undefined || run.status === status) &&
  (createdAfter === undefined || run.createdAt > createdAfter) &&
  (createdBefore === undefined || run.createdAt < createdBefore)

/**
 * Whether an entry is that of the item which a run is found by here. Its place may be another one for a moment, while the
 * index lags behind a value that changes, or runs ahead of it: what is asked for is checked against the value itself.
 */
const stands = (hint: Hint, standing: Standing | undefined): standing is Standing =>
  hint.pk === standing?.pk && hint.sk === standing.sk

/** What an entry that its run does not have is: one that the index has not caught up with, or that nothing will mend. */
function stray({ key }: Driver, hint: Hint, candidate: Candidate, standing: Standing | undefined): Looked {
  const row = key === undefined ? undefined : candidate.row(key)
  // The key's later log has this scalar elsewhere or not at all, so that no row of that log took this one's place.
  const isStale = row !== undefined && isLeaf(hint) && standing?.sk !== hint.sk
  return isStale ? { hint, staleBelow: row.at } : { hint }
}

/** Whether an entry is an answer: the run is there, has this very entry now, and is as the caller says. */
export async function lookAt(
  driver: Driver,
  query: SearchQuery,
  hint: Hint,
  candidate: Candidate | undefined,
): Promise<Looked> {
  if (candidate === undefined) return { hint }
  const standing = await driver.standing(candidate)
  if (!stands(hint, standing)) return stray(driver, hint, candidate, standing)
  if (!isWanted(candidate.run, query)) return { hint }
  for (const condition of query.where) if (!(await candidate.holds(condition))) return { hint }
  return { hint, candidate, place: standing.place }
}
