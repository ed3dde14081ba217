import { of } from './assumptions.ts'
import { type Bucket, createBucket } from './bucket.ts'
import { createPartitions, type Partition, type Partitions, type Place } from './partitions.ts'

/** A model of an on-demand table with its index `lookup`. The local index shares the table's partitions. */

/** A write as DynamoDB charges it. */
export interface Write {
  /** In the table and its local index. */
  readonly place: Place
  readonly units: number
  readonly bytes: number
  /** The places in `lookup` where the write adds or removes an entry. */
  readonly entries: readonly Place[]
}

/** Why a write was refused. */
export type Refusal =
  | 'table partition'
  | 'index partition'
  | 'table throughput'
  | 'index throughput'
  | 'collection full'

export interface Model {
  /** Makes a write that represents `count` writes. @returns the reason if it was refused; then no capacity was taken */
  write(write: Write, count?: number): Refusal | undefined
  /** Reads units at a place of the table. @returns whether there was capacity */
  read(place: Place, units: number): boolean
  /** Advances the time. */
  pass(seconds: number): void
  readonly table: Partitions
  readonly index: Partitions
}

export interface ModelOptions {
  /** The WCU a second for which both the table and the index were warmed. @default a new table's */
  readonly warm?: number
  /** Hashes of the index’s partition keys whose entries each sort after the previous ones. @default none */
  readonly growing?: ReadonlySet<string>
  /** Simulates only one of the two, as if the other had no limits. @default both */
  readonly only?: 'table' | 'index'
}

/** An on-demand table accepts twice its peak so far. The model takes the mean of this many seconds for the peak. */
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
    // The table refuses a write that the index cannot accept. The old and the new entry may be in the same partition.
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
