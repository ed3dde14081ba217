import type { Role } from '@runmeta/schema/role'
import type { ShardsOf } from './shards.ts'
import type { Clock } from './table/clock.ts'
import type { Table } from './table/port.ts'
import type { TtlCache } from './ttl-cache.ts'

export interface Author {
  readonly keyId: string
  readonly keyName: string
  readonly isToken: boolean
}

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

export interface KeyCache {
  /** Returns the key from the cache, or else from `read`. */
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

/** The size of a run at its last checkpoint: how many keys have a value, including those of steps, and their bytes. */
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
 * Creates a position later than `after`. `now` is in ms since 1970. Positions made without `after` increase within a process,
 * unless its clock steps back by a second or more.
 */
export type Positions = (now: number, after?: string) => string

export interface CachedCheckpoint {
  readonly id: string
  readonly watermark: string
  /** The text of its index and of the values that are stored with it. */
  readonly text: string
}

/** The state that all requests of one server share. */
export interface Server {
  readonly table: Table
  readonly clock: Clock
  readonly positions: Positions
  readonly runCache: RunCache
  readonly keyCache: KeyCache
  readonly shardsOf: ShardsOf
  /** The checkpoints that are being advanced, by partition key of the run, as in the next two. */
  readonly advancing: Map<string, Promise<void>>
  /** A checkpoint never changes. */
  readonly checkpointCache: TtlCache<CachedCheckpoint>
  /** How many logs this server wrote since it last advanced the run's checkpoint. */
  readonly logCounts: TtlCache<number>
}

export interface Context extends Server {
  readonly project: string
  readonly author: Author
  readonly role: Role
  /** When the key of the request expires, RFC 3339. @default never */
  readonly keyExpiresAt?: string
}
