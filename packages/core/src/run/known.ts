import { createRecent, type Recent } from '../recent.ts'

/** The little of a run that never changes while it exists. */
export interface KnownRun {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  /** Whether its metadata can be searched. */
  readonly isIndexed: boolean
}

/** What a run held when it was last checkpointed: keys with a value, its own and its steps', and bytes of keys and values. */
export interface Room {
  readonly keys: number
  readonly bytes: number
}

/** What a log needs to know of its run. */
export interface SeenRun extends KnownRun {
  readonly room: Room
}

/** A run as this server saw it. */
export interface Sighting {
  readonly run: SeenRun
  /** Of the clock: see `Clock.era`. */
  readonly era: number
}

/** Runs that this server saw a moment ago, so that a log needs no look at them. */
export type KnownRuns = Recent<Sighting>

/** Milliseconds; below the 15 s after which a log to a deleted run is refused everywhere. */
const REMEMBERED = 10_000
const MOST = 10_000

export const createKnownRuns = (): KnownRuns => createRecent({ remembered: REMEMBERED, most: MOST })
