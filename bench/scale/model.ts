import { of } from './assumptions.ts'
import { type Bucket, createBucket } from './bucket.ts'
import { createPartitions, type Partition, type Partitions, type Place } from './partitions.ts'

/** An on-demand table with its index `lookup`. The local index shares the table's partitions. */

/** A write as DynamoDB charges it. */
export interface Write {
  /** Where it goes in the table and its local index. */
  readonly place: Place
  readonly units: number
  readonly bytes: number
  /** A place in `lookup` for each entry that the write adds or removes. */
  readonly entries: readonly Place[]
}

/** Why a write is refused. */
export type Refusal =
  | 'table partition'
  | 'index partition'
  | 'table throughput'
  | 'index throughput'
  | 'collection full'

export interface Model {
  /** Makes `count` equal writes. @returns why they are refused; nothing is taken then */
  write(write: Write, count?: number): Refusal | undefined
  /** Reads units at a place of the table. @returns whether it had the capacity */
  read(place: Place, units: number): boolean
  /** Moves the time forward. */
  pass(seconds: number): void
  readonly table: Partitions
  readonly index: Partitions
}

export interface ModelOptions {
  /** The warm throughput of the table and of the index, in WCU per second. @default that of a new table */
  readonly warm?: number
  /** Hashes of the index’s partition keys whose entries each sort after the earlier ones. @default none */
  readonly growing?: ReadonlySet<string>
  /** Models only one of them, as if the other had no limits. @default both */
  readonly only?: 'table' | 'index'
}

/** An on-demand table takes twice its highest load so far. The model measures the load as the mean of a minute. */
const PEAK_SECONDS = 60
const ENTRY_BYTES = 400

function createThroughput(warm: number) {
  const bucket: Bucket = createBucket(warm, of('burstSeconds'))
  let peak = 0
  let taken = 0
  let seconds = 0
  return {
    bucket,
    take: (units: number) => {
      bucket.take(units)
      taken += units
    },
    pass: (passed: number) => {
      bucket.refill(passed)
      seconds += passed
      if (seconds < PEAK_SECONDS) return
      peak = Math.max(peak, taken / seconds)
      taken = 0
      seconds = 0
      if (peak * of('peakFactor') > bucket.rate) bucket.setRate(peak * of('peakFactor'))
    },
  }
}

export function createModel({ warm = of('newTableWrites'), growing = new Set(), only }: ModelOptions = {}): Model {
  const count = Math.ceil(warm / of('partitionWrites'))
  const table = createPartitions({ count, isWhole: () => true })
  const index = createPartitions({ count, isWhole: (hash) => growing.has(hash) })
  const throughput = { table: createThroughput(warm), index: createThroughput(warm) }
  const collections = new Map<string, number>()
  let sinceLook = 0

  function refusalOf({ place, units, bytes, entries }: Write, count: number): Refusal | undefined {
    const full = (collections.get(place.hash) ?? 0) + bytes * count > of('collectionGigabytes') * 1e9
    if (full) return 'collection full'
    if (!throughput.table.bucket.has(units * count)) return 'table throughput'
    if (!throughput.index.bucket.has(entries.length * count)) return 'index throughput'
    const partition = table.at(place)
    if (!partition.writes.has(units * count)) {
      table.note(partition, place, units * count, 0)
      return 'table partition'
    }
    // Back-pressure: the table refuses a write that the index cannot take. Both entries of a move may be in one partition.
    const wanted = new Map<Partition, number>()
    for (const entry of entries) {
      const partition = index.at(entry)
      const units = (wanted.get(partition) ?? 0) + count
      wanted.set(partition, units)
      if (partition.writes.has(units)) continue
      index.note(partition, entry, count, 0)
      return 'index partition'
    }
    return undefined
  }

  return {
    table,
    index,
    write: (asked, count = 1) => {
      const write = { ...asked, ...(only === 'table' && { entries: [] }), ...(only === 'index' && { units: 0 }) }
      const refusal = refusalOf(write, count)
      if (refusal !== undefined) return refusal
      const { place, units, bytes, entries } = write
      const partition = table.at(place)
      partition.writes.take(units * count)
      throughput.table.take(units * count)
      table.note(partition, place, units * count, bytes * count)
      collections.set(place.hash, (collections.get(place.hash) ?? 0) + bytes * count)
      throughput.index.take(entries.length * count)
      // A move removes one entry and adds one, so the index does not grow.
      const grown = entries.length === 1 ? ENTRY_BYTES * count : 0
      for (const entry of entries) {
        const partition = index.at(entry)
        partition.writes.take(count)
        index.note(partition, entry, count, grown)
      }
      return undefined
    },
    read: (place, units) => {
      const { reads } = table.at(place)
      const isThere = reads.has(units)
      if (isThere) reads.take(units)
      return isThere
    },
    pass: (seconds) => {
      table.refill(seconds)
      index.refill(seconds)
      throughput.table.pass(seconds)
      throughput.index.pass(seconds)
      sinceLook += seconds
      if (sinceLook < 1 - 1e-9) return
      sinceLook = 0
      table.tend()
      index.tend()
    },
  }
}
