import type { Role } from '@runmeta/schema/role'
import type { ShardsOf } from './shards.ts'
import type { Clock } from './table/clock.ts'
import type { Table } from './table/port.ts'
import type { TtlCache } from './ttl-cache.ts'

/** Who a request acts for. */
export interface Author {
  /** The id and the name of the API key. */
  readonly keyId: string
  readonly keyName: string
  /** Whether the request was made with a run token of the key. */
  readonly isToken: boolean
}

/** An API key. */
export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly project: string
  readonly role: Role
  /** SHA-256 of the key's text. The text itself is not stored. */
  readonly hash: Uint8Array
  /** RFC 3339. @default never */
  readonly expiresAt?: string
}

/** API keys that this server read recently. */
export interface KeyCache {
  /** Returns the key with this id from the cache, or else from `read`. */
  find(id: string, read: () => Promise<ApiKey | undefined>): Promise<ApiKey | undefined>
  forget(id: string): void
}

/** The part of a run that a log needs. If it is from the cache, its name and expiry may be some seconds old. */
export interface RunHead {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  /** Whether its metadata can be searched. */
  readonly isIndexed: boolean
  /** RFC 3339. @default never */
  readonly expiresAt?: string
}

/** The size of a run at its last checkpoint: its keys with a value, including those of steps, and the bytes of keys and values. */
export interface RunSize {
  readonly keys: number
  readonly bytes: number
}

export interface RunWithSize extends RunHead {
  readonly size: RunSize
}

export interface CachedRun {
  readonly run: RunWithSize
  /** `Clock.jumpCount` when the run was cached. */
  readonly jumpCount: number
}

/** Runs that this server read recently, so that a log need not read its run. */
export type RunCache = TtlCache<CachedRun>

/**
 * Creates the position of a log that is written at `now`, in ms since 1970, and later than the position `after`. Without
 * `after`, each position of a process is later than the one before, even if the clock steps back a little.
 */
export type Positions = (now: number, after?: string) => string

/** A checkpoint that this server read. */
export interface CachedCheckpoint {
  readonly id: string
  readonly watermark: string
  /** The text of its index and of the values that are stored with it. */
  readonly text: string
}

/** The state of one server, which all of its requests share. */
export interface Server {
  readonly table: Table
  readonly clock: Clock
  readonly positions: Positions
  readonly runCache: RunCache
  readonly keyCache: KeyCache
  readonly shardsOf: ShardsOf
  /** Checkpoints that this server is advancing, by partition key of the run. */
  readonly advancing: Map<string, Promise<void>>
  /** Checkpoints that this server read, by partition key of the run. A checkpoint never changes. */
  readonly checkpointCache: TtlCache<CachedCheckpoint>
  /** How many logs this server wrote since it last advanced the run's checkpoint, by partition key of the run. */
  readonly logCounts: TtlCache<number>
}

/** The context of a request: the server, and for whom it acts. */
export interface Context extends Server {
  readonly project: string
  readonly author: Author
  readonly role: Role
  /** When the key of the request expires, RFC 3339. @default never */
  readonly keyExpiresAt?: string
}
