import { createKnownKeys } from './auth/key/cache.ts'
import type { Server } from './context.ts'
import { createPositions } from './metadata/position.ts'
import { createKnownRuns } from './run/cache.ts'
import { type ShardsOf, shardsFrom } from './shards.ts'
import { type Clock, createClock } from './table/clock.ts'
import { type ClientOptions, createClient } from './table/dynamo/client.ts'
import { createStore } from './table/dynamo/index.ts'

export interface ServerOptions extends Omit<ClientOptions, 'clock'> {
  readonly tableName: string
  /** This machine's clock, corrected by the store's; one of its own by default. */
  readonly clock?: Clock
  /** Of each project; one by default. */
  readonly shardsOf?: ShardsOf
}

/** A server whose connections to the store can be closed, where it ends before its process does. */
export interface ClosableServer extends Server {
  close(): void
}

/** All that one server keeps for its requests, over a table of the DynamoDB API. */
export function createServer({
  clock = createClock(),
  tableName,
  shardsOf = shardsFrom(),
  ...options
}: ServerOptions): ClosableServer {
  const client = createClient({ clock, ...options })
  return {
    store: createStore(client, tableName),
    clock,
    positions: createPositions(),
    known: createKnownRuns(),
    keys: createKnownKeys(),
    shardsOf,
    // The document client's own `destroy` does nothing: it did not make what it was given.
    close: () => client.config.requestHandler.destroy?.(),
  }
}
