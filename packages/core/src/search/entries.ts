import { compareText } from '../json/order.ts'
import { mapLimit } from '../map-limit.ts'
import type { IndexEntry, Table } from '../table/port.ts'
import { higher, lower } from './bounds.ts'
import type { Candidate } from './candidate.ts'
import type { CurrentEntry, Driver, IndexRange } from './driver.ts'

/** A driver's entries, read piece by piece. */
export interface EntryReader {
  /** The next ones, at most so many; fewer only at the end. */
  take(count: number): Promise<IndexEntry[]>
}

/** The entries of one range that were read so far. */
interface RangeReader {
  readonly range: IndexRange
  readonly entries: IndexEntry[]
  /** The last place that was read. */
  last: string | undefined
  isAtEnd: boolean
}

/** Opens the entries that come after a place, of all ranges in one order. Places are unique, so that none is met twice. */
export function openEntries(
  table: Table,
  { ranges, isDescending, sortTextOf }: Pick<Driver, 'ranges' | 'isDescending' | 'sortTextOf'>,
  from: string | undefined,
): EntryReader {
  const readings = ranges.map(
    (range): RangeReader => ({
      range,
      entries: [],
      last: from === undefined ? undefined : range.prefix + from,
      isAtEnd: compareText(range.low, range.high) > 0,
    }),
  )

  async function fill(reading: RangeReader, count: number): Promise<void> {
    const { range, last } = reading
    const { indexPk } = range
    // The store's ranges have both their ends, so the place before comes again and is left out.
    const [start, end] = isDescending
      ? [range.low, lower(last ?? range.high, range.high)]
      : [higher(last ?? range.low, range.low), range.high]
    if (compareText(start, end) > 0) {
      reading.isAtEnd = true
      return
    }
    const limit = last === undefined ? count : count + 1
    const { entries, next } = await table.entries(indexPk, { low: start, high: end, isDescending, limit })
    reading.entries.push(...entries.filter(({ indexSk }) => indexSk !== last))
    reading.last = entries.at(-1)?.indexSk ?? last
    reading.isAtEnd = next === undefined
  }

  const isBefore = (one: IndexEntry, other: IndexEntry): boolean =>
    compareText(sortTextOf(one.indexSk), sortTextOf(other.indexSk)) < 0 !== isDescending

  return {
    take: async (count) => {
      const taken: IndexEntry[] = []
      // Runs are spread evenly; a group that gave more than its part is asked again.
      const share = ranges.length === 1 ? count : Math.ceil((count / ranges.length) * 1.5) + 1
      while (taken.length < count) {
        const empty = readings.filter(({ entries, isAtEnd }) => entries.length === 0 && !isAtEnd)
        if (empty.length > 0) {
          await Promise.all(empty.map((reading) => fill(reading, ranges.length === 1 ? count - taken.length : share)))
          continue
        }
        const first = readings.reduce<RangeReader | undefined>((best, reading) => {
          const [head] = reading.entries
          const [bestHead] = best?.entries ?? []
          if (head === undefined) return best
          return bestHead === undefined || isBefore(head, bestHead) ? reading : best
        }, undefined)
        const entry = first?.entries.shift()
        if (entry === undefined) break
        taken.push(entry)
      }
      return taken
    },
  }
}

/** Runs that are read at once. */
const MAX_CONCURRENT = 8

/** The entries of runs that are known, as if they had been read. */
export async function entriesOf(
  driver: Driver,
  candidates: readonly Candidate[],
  from: string | undefined,
): Promise<EntryReader> {
  const { isDescending, sortTextOf } = driver
  const sign = isDescending ? -1 : 1
  const current: CurrentEntry[] = []
  // One may have to be read whole.
  await mapLimit(candidates, MAX_CONCURRENT, async (candidate) => {
    const entry = await driver.currentEntry(candidate)
    if (entry !== undefined) current.push(entry)
  })
  const rest = current
    .filter(({ indexSk }) => from === undefined || sign * compareText(sortTextOf(indexSk), from) > 0)
    .sort((one, other) => sign * compareText(sortTextOf(one.indexSk), sortTextOf(other.indexSk)))
  return { take: async (count) => rest.splice(0, count) }
}
