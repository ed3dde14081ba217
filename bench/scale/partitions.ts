import { createHash } from 'node:crypto'
import { of } from './assumptions.ts'
import { type Bucket, createBucket } from './bucket.ts'

/** The partitions of a table or an index. Each has a range of places and its own capacity. */

/** The hash of a partition key, and a sort key. Items are ordered by both. */
export interface Place {
  readonly hash: string
  readonly sk: string
}

export interface Partition {
  /** Its first place. It ends where the next partition begins. */
  readonly low: Place
  readonly writes: Bucket
  readonly reads: Bucket
  bytes: number
  /** The requested WCU since the last check. */
  asked: number
  /** For how many consecutive seconds that was near its limit. */
  hotSeconds: number
  /** The places of the latest writes, oldest first. */
  readonly recent: Place[]
}

export interface Partitions {
  readonly all: readonly Partition[]
  at(place: Place): Partition
  /** Notes a write, also a refused one, and the bytes that it added. */
  note(partition: Partition, place: Place, units: number, bytes: number): void
  refill(seconds: number): void
  /** Checks each partition, and splits those that are hot or full. Call it once a second. */
  tend(): void
}

export interface PartitionsOptions {
  /** The number of partitions at the start. */
  readonly count: number
  /**
   * Whether the items of a partition key stay together. They do in a table with a local index; in an index they do if each entry
   * sorts after the previous ones, because AWS does not split those.
   */
  readonly isWhole: (hash: string) => boolean
}

const HASH_DIGITS = 12
/** How many recent places a partition remembers. It is split at their median. */
const REMEMBERED = 200

export const placeOf = (pk: string, sk: string): Place => ({
  hash: createHash('md5').update(pk).digest('hex').slice(0, HASH_DIGITS),
  sk,
})

const isBefore = (one: Place, other: Place): boolean =>
  one.hash === other.hash ? one.sk < other.sk : one.hash < other.hash
const compare = (one: Place, other: Place): number => {
  if (isBefore(one, other)) return -1
  return isBefore(other, one) ? 1 : 0
}

const newPartition = (low: Place): Partition => ({
  low,
  writes: createBucket(of('partitionWrites'), 1),
  reads: createBucket(of('partitionReads'), 1),
  bytes: 0,
  asked: 0,
  hotSeconds: 0,
  recent: [],
})

/** The first places of partitions of equal size. */
const evenly = (count: number): Place[] =>
  Array.from({ length: count }, (_, n) => ({
    hash: Math.floor((n / count) * 16 ** HASH_DIGITS)
      .toString(16)
      .padStart(HASH_DIGITS, '0'),
    sk: '',
  }))

/**
 * The place that divides a partition so that both parts get load. Undefined if it cannot be divided, because it has a single key
 * whose items stay together.
 */
export function cutOf(
  { low, recent }: Pick<Partition, 'low' | 'recent'>,
  isWhole: (hash: string) => boolean,
): Place | undefined {
  const sorted = recent.map((place) => (isWhole(place.hash) ? { hash: place.hash, sk: '' } : place)).sort(compare)
  const [least, middle] = [sorted[0], sorted[sorted.length >> 1]]
  if (least === undefined || middle === undefined) return undefined
  // If the first key of the partition has more than half of the load, the partition is divided after that key.
  const cut = isBefore(least, middle) ? middle : sorted.find((place) => isBefore(middle, place))
  return cut !== undefined && isBefore(low, cut) ? cut : undefined
}

export function createPartitions({ count, isWhole }: PartitionsOptions): Partitions {
  let all = evenly(count).map(newPartition)
  const splitting = new Map<Partition, { readonly cut: Place; left: number }>()

  function at(place: Place): Partition {
    let [from, to] = [0, all.length]
    while (to - from > 1) {
      const middle = (from + to) >> 1
      const partition = all[middle]
      if (partition !== undefined && !isBefore(place, partition.low)) from = middle
      else to = middle
    }
    const found = all[from]
    if (found === undefined) throw new Error('a table has a partition at least')
    return found
  }

  function split(partition: Partition, cut: Place): void {
    const other = newPartition(cut)
    other.bytes = partition.bytes / 2
    partition.bytes /= 2
    partition.hotSeconds = 0
    partition.recent.splice(0)
    const index = all.indexOf(partition)
    all = [...all.slice(0, index + 1), other, ...all.slice(index + 1)]
  }

  function look(partition: Partition): void {
    const under = splitting.get(partition)
    const isNear = partition.asked >= of('heatShare') * of('partitionWrites')
    partition.hotSeconds = isNear ? partition.hotSeconds + 1 : 0
    partition.asked = 0
    if (under !== undefined) {
      under.left -= 1
      if (under.left > 0) return
      splitting.delete(partition)
      split(partition, under.cut)
      return
    }
    const isFull = partition.bytes >= of('partitionGigabytes') * 1e9
    const isHot = partition.hotSeconds >= of('heatSeconds')
    if (!isFull && !isHot) return
    const cut = cutOf(partition, isWhole)
    if (cut !== undefined) splitting.set(partition, { cut, left: of('splitSeconds') })
  }

  return {
    get all() {
      return all
    },
    at,
    note: (partition, place, units, bytes) => {
      partition.recent.push(place)
      if (partition.recent.length > 2 * REMEMBERED) partition.recent.splice(0, REMEMBERED)
      partition.asked += units
      partition.bytes += bytes
    },
    refill: (seconds) => {
      for (const { writes, reads } of all) {
        writes.refill(seconds)
        reads.refill(seconds)
      }
    },
    tend: () => {
      for (const partition of all) look(partition)
    },
  }
}
