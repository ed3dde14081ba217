import type { Server } from '../context.ts'
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
 * Milliseconds after a deletion until no server writes to the run any more. A server that saw the run just before gives
 * positions until it forgets the run, `after` puts them ahead of its clock, and a put that lands promptly after its position
 * asks nobody. A write that lands later removes its own items.
 */
export const SETTLE_MS = RUN_CACHE_TTL_MS + MAX_AHEAD_MS + DISTRIBUTED.promptMs + DISTRIBUTED.skewMs
const PAGE_ENTRIES = 100
/** What is swept at once: enough that one huge run does not keep the others waiting. */
const MAX_CONCURRENT = 8

export interface SweepOptions {
  /** When to stop, of `performance.now()`; what is left then is for the next time. */
  readonly until?: number
}

export interface Swept {
  /** Deletions that are finished, and drafts that are gone. */
  readonly finished: number
  /** Whether all that was due was looked at. */
  readonly isThrough: boolean
}

/** Goes through the entries of a list that are due, oldest first. */
async function sweepList(
  { table }: Pick<Server, 'table'>,
  { group, dueAt, until }: { group: string; dueAt: number; until: number },
  sweepOne: (entry: IndexEntry) => Promise<boolean>,
): Promise<Swept> {
  const due = new Date(dueAt).toISOString()
  const failures: unknown[] = []
  let finished = 0
  let after: IndexEntry | undefined
  do {
    const page = await table.entries(group, { limit: PAGE_ENTRIES, ...(after && { after }) })
    const entries = page.entries.filter(({ indexSk }) => indexSk < due)
    await mapLimit(entries, MAX_CONCURRENT, async (entry) => {
      if (performance.now() > until) return
      try {
        if (await sweepOne(entry)) finished++
      } catch (error) {
        if (error instanceof Failure && error.code === 'store_unavailable') throw error
        // One entry that cannot be swept must not keep those behind it on the list for ever.
        failures.push(error)
      }
    })
    if (performance.now() > until) return { finished, isThrough: false }
    after = entries.length < page.entries.length ? undefined : page.next
  } while (after !== undefined)
  if (failures.length > 0) throw failures[0]
  return { finished, isThrough: true }
}

/**
 * Finishes what others left undone, on every project: deletions that had no time for all of a run, with what servers that did
 * not know of them wrote after them, and large logs that were given up. Run it now and then; two at once do no harm.
 */
export async function sweep(
  server: Pick<Server, 'table' | 'clock'>,
  { until = Number.POSITIVE_INFINITY }: SweepOptions = {},
): Promise<Swept> {
  const now = await storeTime(server)
  // Neither list waits for what is wrong with the other.
  const lists = await Promise.allSettled([
    sweepList(server, { group: SWEEP_INDEX_PK, dueAt: now - SETTLE_MS, until }, (entry) =>
      finishDeletion(server, entry, until),
    ),
    sweepList(server, { group: EXPIRY_INDEX_PK, dueAt: now, until }, (entry) => sweepExpiry(server, entry, until)),
    sweepList(server, { group: DRAFT_INDEX_PK, dueAt: now, until }, (entry) => sweepDraft(server, entry)),
  ])
  const swept = lists.map((list) => {
    if (list.status === 'rejected') throw list.reason
    return list.value
  })
  return {
    finished: swept.reduce((sum, { finished }) => sum + finished, 0),
    isThrough: swept.every(({ isThrough }) => isThrough),
  }
}
