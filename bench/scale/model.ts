import { of } from './assumptions.ts'
import { type Bucket, createBucket } from './bucket.ts'
import { createPartitions, type Partition, type Partitions, type Place } from './partitions.ts'

/** A table on demand with its index `lookup`. The local index shares the table's partitions. */

/** A write as DynamoDB charges it. */
export interface Write {
  /** Of the table and its local index. */
  readonly place: Place
  readonly units: number
  readonly bytes: number
  /** What the write changes in `lookup`: a place for each entry that comes or goes. */
  readonly entries: readonly Place[]
}

/** Who refused a write. */
export type Refusal =
  | 'table partition'
  | 'index partition'
  | 'table throughput'
  | 'index throughput'
  | 'collection full'

export interface Model {
  /** Makes a write, which counts as so many. @returns who refused it, if anybody did; then nothing was taken */
  write(write: Write, count?: number): Refusal | undefined
  /** Reads units at a place of the table. @returns whether they were there */
  read(place: Place, units: number): boolean
  /** Time goes on. */
  pass(seconds: number): void
  readonly table: Partitions
  readonly index: Partitions
}

export interface ModelOptions {
  /** WCU a second that each of table and index was warmed for. @default a new table */
  readonly warm?: number
  /** Hashes of the index’s partition keys whose entries come at their end. @default none */
  readonly growing?: ReadonlySet<string>
  /** Looks at what one of the two takes, as if the other took anything. @default both */
  readonly only?: 'table' | 'index'
}

/** An on-demand table takes twice what it has taken at most so far: of a minute’s mean, as we model it. */
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
    // What the index cannot take, the table refuses: back-pressure. Both entries of a move may be in one partition.
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
      // Of a move one entry goes and one comes: the index does not grow.
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
