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
  /** Whether a run token of that key was shown, not the key. */
  readonly isToken: boolean
}

/** An API key as the server knows it. */
export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly project: string
  readonly role: Role
  /** SHA-256 of the key's text. The text itself is not stored. */
  readonly hash: Uint8Array
  /** RFC 3339; without one it does not expire. */
  readonly expiresAt?: string
}

/** Keys that this server read a moment ago, so that a request needs no look at its key. */
export interface KeyCache {
  /** The key with this id, or undefined: from the cache, or as `read` finds it. */
  find(id: string, clock: Clock, read: () => Promise<ApiKey | undefined>): Promise<ApiKey | undefined>
  forget(id: string): void
}

/** The little of a run that its logs need; of it the name and the expiry may be some seconds old. */
export interface RunHead {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  /** Whether its metadata can be searched. */
  readonly isIndexed: boolean
  /** RFC 3339; without one it does not expire. */
  readonly expiresAt?: string
}

/** What a run held when it was last checkpointed: keys with a value, its own and its steps', and bytes of keys and values. */
export interface RunSize {
  readonly keys: number
  readonly bytes: number
}

/** What a log needs to know of its run. */
export interface RunWithSize extends RunHead {
  readonly size: RunSize
}

/** A run as this server saw it. */
export interface CachedRun {
  readonly run: RunWithSize
  /** Of the clock: see `Clock.jumpCount`. */
  readonly jumpCount: number
}

/** Runs that this server saw a moment ago, so that a log needs no look at them. */
export type RunCache = TtlCache<CachedRun>

/** Gives positions. Of one process, each is later than the one before, though the clock steps back a little. */
export type Positions = (now: number, after?: string) => string

/** A checkpoint that was read, and opened again without the store. */
export interface CachedCheckpoint {
  readonly id: string
  readonly watermark: string
  /** The text of its index and of the values beside it. */
  readonly text: string
}

/** What one server keeps for all its requests. */
export interface Server {
  readonly table: Table
  readonly clock: Clock
  readonly positions: Positions
  readonly runCache: RunCache
  readonly keyCache: KeyCache
  readonly shardsOf: ShardsOf
  /** Checkpoints that this server is making, by their runs' partitions. */
  readonly advancing: Map<string, Promise<void>>
  /** Checkpoints that this server read, by their runs' partitions: they never change. */
  readonly checkpointCache: TtlCache<CachedCheckpoint>
  /** Logs that this server took of a run, by its partition, since it last looked at the run's checkpoint. */
  readonly logCounts: TtlCache<number>
}

/** What every verb is given: the server, and on whose behalf it acts. */
export interface Context extends Server {
  readonly project: string
  readonly author: Author
  readonly role: Role
  /** RFC 3339; without one the key that acts does not expire. */
  readonly keyExpiresAt?: string
}
