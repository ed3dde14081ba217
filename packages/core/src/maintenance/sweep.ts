import { allSettled } from '../all-settled.ts'
import type { Server } from '../context.ts'
import type { Deadline } from '../deadline.ts'
import { Failure } from '../failure.ts'
import { mapLimit } from '../map-limit.ts'
import { sweepDraft } from '../metadata/large/draft.ts'
import { MAX_AHEAD_MS } from '../metadata/position.ts'
import { RUN_CACHE_TTL_MS } from '../run/cache.ts'
import { finishDeletion } from '../run/erase.ts'
import { sweepExpiry } from '../run/expiry.ts'
import { DRAFT_INDEX_PK, EXPIRY_INDEX_PK, SWEEP_INDEX_PK } from '../table/keys.ts'
import type { IndexEntry } from '../table/port.ts'
import { storeTime } from '../table/time.ts'
import { DISTRIBUTED } from '../table/timing.ts'

/**
 * How long after a deletion servers may still write to the run, in milliseconds. A server that has just cached the run
 * assigns positions until the cache entry expires, `after` can put a position ahead of the clock, and a log that is stored
 * promptly after its position is acknowledged without a check. The writer of a later log removes its own items.
 */
export const SETTLE_MS = RUN_CACHE_TTL_MS + MAX_AHEAD_MS + DISTRIBUTED.promptMs + DISTRIBUTED.skewMs
const PAGE_ENTRIES = 100
/** More than one, so that a huge run does not block the others. */
const MAX_CONCURRENT = 8

export interface Swept {
  readonly finished: number
  /** Whether the sweep reached the end of each list. */
  readonly isThrough: boolean
}

/** Sweeps the entries of a list that are due, oldest first. `sweepOne` returns whether an entry is done. */
async function sweepList(
  { table }: Pick<Server, 'table'>,
  { list, dueAt, isOver }: { list: string; dueAt: number; isOver: Deadline },
  sweepOne: (entry: IndexEntry) => Promise<boolean>,
): Promise<Swept> {
  const due = new Date(dueAt).toISOString()
  const failures: unknown[] = []
  let finished = 0
  let after: IndexEntry | undefined
  do {
    const page = await table.entries(list, { limit: PAGE_ENTRIES, ...(after && { after }) })
    const entries = page.entries.filter(({ indexSk }) => indexSk < due)
    await mapLimit(entries, MAX_CONCURRENT, async (entry) => {
      if (isOver()) return
      try {
        if (await sweepOne(entry)) finished++
      } catch (error) {
        if (error instanceof Failure && error.code === 'store_unavailable') throw error
        // An entry that fails must not block those after it. The error is thrown at the end.
        failures.push(error)
      }
    })
    if (isOver()) return { finished, isThrough: false }
    after = entries.length < page.entries.length ? undefined : page.next
  } while (after !== undefined)
  if (failures.length > 0) throw failures[0]
  return { finished, isThrough: true }
}

/**
 * Finishes deletions in all projects, deletes runs that have expired, and removes what servers wrote to deleted runs and
 * the parts of unfinished large logs. Run it regularly; two may run at once.
 * @param isOver - When to stop. The next sweep does the rest. @default never
 */
export async function sweep(server: Pick<Server, 'table' | 'clock'>, isOver: Deadline = () => false): Promise<Swept> {
  const now = await storeTime(server)
  // A failure in one list must not stop the others.
  const swept = await allSettled([
    sweepList(server, { list: SWEEP_INDEX_PK, dueAt: now - SETTLE_MS, isOver }, (entry) =>
      finishDeletion(server, entry, isOver),
    ),
    sweepList(server, { list: EXPIRY_INDEX_PK, dueAt: now, isOver }, (entry) => sweepExpiry(server, entry, isOver)),
    sweepList(server, { list: DRAFT_INDEX_PK, dueAt: now, isOver }, (entry) => sweepDraft(server, entry)),
  ])
  return {
    finished: swept.reduce((sum, { finished }) => sum + finished, 0),
    isThrough: swept.every(({ isThrough }) => isThrough),
  }
}
