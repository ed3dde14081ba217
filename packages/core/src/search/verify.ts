import type { StoredRun } from '../run/record.ts'
import { isLeaf } from '../table/keys.ts'
import type { IndexEntry } from '../table/port.ts'
import type { Candidate } from './candidate.ts'
import type { Driver } from './driver.ts'
import type { SearchQuery } from './query.ts'

export interface VerifiedEntry {
  readonly entry: IndexEntry
  /** The run of the entry, if it matches. */
  readonly candidate?: Candidate
  /** If the entry's row is stale: remove the row if its version is below this position. */
  readonly staleBelow?: string
}

/** Converts to upper case last, because some letters have several lower-case forms, such as sigma. */
const caseless = (text: string): string => text.toLowerCase().toUpperCase()

const isWanted = (
  run: StoredRun,
  { name, nameContains, pipeline, status, createdAfter, createdBefore }: SearchQuery,
): boolean =>
  (name === undefined || run.name.startsWith(name)) &&
  (nameContains === undefined || caseless(run.name).includes(caseless(nameContains))) &&
  (pipeline === undefined || (run.pipeline !== undefined && pipeline.includes(run.pipeline))) &&
  (status === undefined || status.includes(run.status)) &&
  (createdAfter === undefined || run.createdAt > createdAfter) &&
  (createdBefore === undefined || run.createdAt < createdBefore)

/** While the index lags, it may have entries for a run's old and new values. Only one counts, so that no run is listed twice. */
const isCurrent = (entry: IndexEntry, current: IndexEntry | undefined): boolean =>
  entry.pk === current?.pk && entry.sk === current.sk && entry.indexSk === current.indexSk

/** Tells whether an entry that its run no longer has is stale, or the index only lags. */
function staleEntry(
  { key }: Driver,
  entry: IndexEntry,
  candidate: Candidate,
  current: IndexEntry | undefined,
): VerifiedEntry {
  const row = key === undefined ? undefined : candidate.row(key)
  // The key's later log has no row of its own for this scalar, so it did not replace the row of this entry.
  const isStale = row !== undefined && isLeaf(entry) && current?.sk !== entry.sk
  return isStale ? { entry, staleBelow: row.version } : { entry }
}

/** Verifies an entry: the run must exist, still have this entry, and match the query. */
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
