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
export interface KnownRuns {
  get(key: string): Sighting | undefined
  set(key: string, sighting: Sighting): void
  delete(key: string): void
}

/** Milliseconds; below the 15 s after which a log to a deleted run is refused everywhere. */
const REMEMBERED = 10_000
const MOST = 10_000

/** Bounded in time and number. A cache library is 19 KB of a function's cold start; this is what it would do. */
export function createKnownRuns(): KnownRuns {
  const sightings = new Map<string, Sighting & { readonly until: number }>()
  return {
    get: (key) => {
      const sighting = sightings.get(key)
      return sighting !== undefined && performance.now() < sighting.until ? sighting : undefined
    },
    set: (key, sighting) => {
      // A Map keeps the order of its insertions, so the first key is the one not seen for longest.
      sightings.delete(key)
      sightings.set(key, { ...sighting, until: performance.now() + REMEMBERED })
      const [oldest] = sightings.size > MOST ? sightings.keys() : []
      if (oldest !== undefined) sightings.delete(oldest)
    },
    delete: (key) => void sightings.delete(key),
  }
}
