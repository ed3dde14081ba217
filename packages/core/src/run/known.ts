import { LRUCache } from 'lru-cache'

/** The little of a run that never changes while it exists. */
export interface KnownRun {
  readonly id: string
  readonly name: string
  readonly createdAt: string
}

/** Runs that this server saw a moment ago, so that a log needs no look at them. */
export type KnownRuns = Pick<
  LRUCache<string, { readonly run: KnownRun; readonly era: number }>,
  'get' | 'set' | 'delete'
>

/** Milliseconds; below the 15 s after which a log to a deleted run is refused everywhere. */
const REMEMBERED = 10_000
const MOST = 10_000

export const createKnownRuns = (): KnownRuns => new LRUCache({ max: MOST, ttl: REMEMBERED })
