import { createKeyCache } from './auth/key/cache.ts'
import type { Server } from './context.ts'
import { createCheckpointCache } from './metadata/checkpoint/cache.ts'
import { createLogCounts } from './metadata/checkpoint/maintain.ts'
import { createPositions } from './metadata/position.ts'
import { createRunCache } from './run/cache.ts'
import { type ShardsOf, shardsFrom } from './shards.ts'
import type { Clock } from './table/clock.ts'
import type { Table } from './table/port.ts'

export interface ServerOptions {
  readonly table: Table
  /** This machine's clock, corrected by the times of the table's replies. */
  readonly clock: Clock
  /** Of each project; one by default. */
  readonly shardsOf?: ShardsOf
}

/** All that one server keeps for its requests, over a table. */
export const createServer = ({ table, clock, shardsOf = shardsFrom() }: ServerOptions): Server => ({
  table,
  clock,
  positions: createPositions(),
  runCache: createRunCache(),
  keyCache: createKeyCache(),
  advancing: new Map(),
  logCounts: createLogCounts(),
  checkpointCache: createCheckpointCache(),
  shardsOf,
})
