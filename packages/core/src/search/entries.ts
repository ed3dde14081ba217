import { compareText } from '../json/order.ts'
import { mapLimit } from '../map-limit.ts'
import type { IndexEntry, Table } from '../table/port.ts'
import { higher, lower } from './bounds.ts'
import type { Candidate } from './candidate.ts'
import type { Driver, IndexRange } from './driver.ts'

/** Returns the next `count` entries, or fewer at the end. */
export type TakeEntries = (count: number) => Promise<IndexEntry[]>

interface RangeReader {
  readonly range: IndexRange
  readonly entries: IndexEntry[]
  last: string | undefined
  isAtEnd: boolean
}

/** Merges the entries of all ranges, beginning after the sort text `from`. Index keys are unique, so none is read twice. */
export function openEntries(
  table: Table,
  { ranges, isDescending, sortTextOf }: Pick<Driver, 'ranges' | 'isDescending' | 'sortTextOf'>,
  from: string | undefined,
): TakeEntries {
  const readers = ranges.map(
    (range): RangeReader => ({
      range,
      entries: [],
      last: from === undefined ? undefined : range.prefix + from,
      isAtEnd: compareText(range.low, range.high) > 0,
    }),
  )

  async function fill(reader: RangeReader, count: number): Promise<void> {
    const { range, last } = reader
    const { indexPk } = range
    // The store's ranges include both ends, so the last entry is read again and left out.
    const [start, end] = isDescending
      ? [range.low, lower(last ?? range.high, range.high)]
      : [higher(last ?? range.low, range.low), range.high]
    if (compareText(start, end) > 0) {
      reader.isAtEnd = true
      return
    }
    const limit = last === undefined ? count : count + 1
    const { entries, next } = await table.entries(indexPk, { low: start, high: end, isDescending, limit })
    reader.entries.push(...entries.filter(({ indexSk }) => indexSk !== last))
    reader.last = entries.at(-1)?.indexSk ?? last
    reader.isAtEnd = next === undefined
  }

  const isBefore = (one: IndexEntry, other: IndexEntry): boolean =>
    compareText(sortTextOf(one.indexSk), sortTextOf(other.indexSk)) < 0 !== isDescending

  return async (count) => {
    const taken: IndexEntry[] = []
    // Runs are spread evenly over the ranges. A range that has more than its share is read again.
    const share = ranges.length === 1 ? count : Math.ceil((count / ranges.length) * 1.5) + 1
    while (taken.length < count) {
      const empty = readers.filter(({ entries, isAtEnd }) => entries.length === 0 && !isAtEnd)
      if (empty.length > 0) {
        await Promise.all(empty.map((reader) => fill(reader, ranges.length === 1 ? count - taken.length : share)))
        continue
      }
      const first = readers.reduce<RangeReader | undefined>((best, reader) => {
        const [head] = reader.entries
        const [bestHead] = best?.entries ?? []
        if (head === undefined) return best
        return bestHead === undefined || isBefore(head, bestHead) ? reader : best
      }, undefined)
      const entry = first?.entries.shift()
      if (entry === undefined) break
      taken.push(entry)
    }
    return taken
  }
}

const MAX_CONCURRENT = 8

/** The current entries of given candidates, sorted, beginning after the sort text `from`. */
export async function entriesOf(
  driver: Driver,
  candidates: readonly Candidate[],
  from: string | undefined,
): Promise<TakeEntries> {
  const { isDescending, sortTextOf } = driver
  const sign = isDescending ? -1 : 1
  const current: IndexEntry[] = []
  // A candidate may have to read all logs of its run.
  await mapLimit(candidates, MAX_CONCURRENT, async (candidate) => {
    const entry = await driver.currentEntry(candidate)
    if (entry !== undefined) current.push(entry)
  })
  const rest = current
    .filter(({ indexSk }) => from === undefined || sign * compareText(sortTextOf(indexSk), from) > 0)
    .sort((one, other) => sign * compareText(sortTextOf(one.indexSk), sortTextOf(other.indexSk)))
  return async (count) => rest.splice(0, count)
}
