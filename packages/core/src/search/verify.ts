import type { StoredRun } from '../run/record.ts'
import { isLeaf } from '../table/keys.ts'
import type { IndexEntry } from '../table/port.ts'
import type { Candidate } from './candidate.ts'
import type { CurrentEntry, Driver } from './driver.ts'
import type { SearchQuery } from './query.ts'

/** An entry of the index that was looked at. */
export interface VerifiedEntry {
  readonly entry: IndexEntry
  /** The run that it stands for; nothing where that is no answer. */
  readonly candidate?: Candidate
  /** The position below which its row is stale; nothing where it is not. */
  readonly staleBelow?: string
}

/** Upper case last: it has one form of letters of which lower case has several, such as sigma. */
const caseless = (text: string): string => text.toLowerCase().toUpperCase()

const isWanted = (
  run: StoredRun,
  { ids, name, nameContains, pipeline, status, createdAfter, createdBefore }: SearchQuery,
): boolean =>
  (ids === undefined || ids.includes(run.id)) &&
  (name === undefined || run.name.startsWith(name)) &&
  (nameContains === undefined || caseless(run.name).includes(caseless(nameContains))) &&
  (pipeline === undefined || (run.pipeline !== undefined && pipeline.includes(run.pipeline))) &&
  (status === undefined || status.includes(run.status)) &&
  (createdAfter === undefined || run.createdAt > createdAfter) &&
  (createdBefore === undefined || run.createdAt < createdBefore)

/**
 * Whether an entry is where its run stands now. While the index lags behind a value that changes it may show the place before
 * as well; only one of them counts, so that no run is listed twice, on two pages least of all.
 */
const isCurrent = (entry: IndexEntry, current: CurrentEntry | undefined): boolean =>
  entry.pk === current?.pk && entry.sk === current.sk && entry.indexSk === current.indexSk

/** What an entry that its run does not have is: one that the index has not caught up with, or that nothing will mend. */
function staleEntry(
  { key }: Driver,
  entry: IndexEntry,
  candidate: Candidate,
  current: CurrentEntry | undefined,
): VerifiedEntry {
  const row = key === undefined ? undefined : candidate.row(key)
  // The key's later log has this scalar elsewhere or not at all, so that no row of that log took this one's place.
  const isStale = row !== undefined && isLeaf(entry) && current?.sk !== entry.sk
  return isStale ? { entry, staleBelow: row.version } : { entry }
}

/** Whether an entry is an answer: the run is there, has this very entry now, and is as the caller says. */
export async function verifyEntry(
  driver: Driver,
  query: SearchQuery,
  entry: IndexEntry,
  candidate: Candidate | undefined,
): Promise<VerifiedEntry> {
  if (candidate === undefined) return { entry }
  const current = await driver.currentEntry(candidate)
  if (!isCurrent(entry, current)) return staleEntry(driver, entry, candidate, current)
  if (!isWanted(candidate.run, query)) return { entry }
  for (const condition of query.where) if (!(await candidate.holds(condition))) return { entry }
  return { entry, candidate }
}
