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
  readonly clock: Clock
  /** @default one shard for each project */
  readonly shardsOf?: ShardsOf
}

export const createServer = ({ table, clock, shardsOf = shardsFrom() }: ServerOptions): Server => ({
  table,
  clock,
  positions: createPositions(),
  runCache: createRunCache(clock),
  keyCache: createKeyCache(clock),
  advancing: new Map(),
  logCounts: createLogCounts(clock),
  checkpointCache: createCheckpointCache(clock),
  shardsOf,
})
