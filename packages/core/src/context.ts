import type { Role } from '@runmeta/schema/role'
import type { KnownKeys } from './apikey/known.ts'
import type { Clock } from './clock/clock.ts'
import type { Positions } from './log/position.ts'
import type { KnownRuns } from './run/known.ts'
import type { ShardsOf } from './shards.ts'
import type { Store } from './store/store.ts'

/** Who a request acts for. */
export interface Author {
  /** The id and the name of the API key. */
  readonly keyId: string
  readonly keyName: string
  /** Whether a run token of that key was shown, not the key. */
  readonly isToken: boolean
}

/** What one server keeps for all its requests. */
export interface Server {
  readonly store: Store
  readonly clock: Clock
  readonly positions: Positions
  readonly known: KnownRuns
  readonly keys: KnownKeys
  readonly shardsOf: ShardsOf
}

/** What every verb is given: the server, and on whose behalf it acts. */
export interface Context extends Server {
  readonly project: string
  readonly author: Author
  readonly role: Role
  /** RFC 3339; without one the key that acts does not expire. */
  readonly keyExpiresAt?: string
}
