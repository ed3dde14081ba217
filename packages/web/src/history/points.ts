import type { HistoryEntry } from '@runmeta/sdk'
import type { Listing } from '../app/listing.ts'
import { plottable, valueAt } from '../value/value.ts'

/**
 * The numeric entries, oldest first, over the seconds since 1970 or over the number of the log. While older logs are unknown, the newest log
 * has the number 0 and those before it have negative numbers, which stay the same when older ones are read.
 */
export function pointsOf(
  { items, isComplete }: Pick<Listing<HistoryEntry>, 'items' | 'isComplete'>,
  within: readonly string[],
  isByLog: boolean,
) {
  const x: number[] = []
  const y: number[] = []
  const first = isComplete ? 1 : 1 - items.length
  for (const [index, { value, createdAt }] of items.toReversed().entries()) {
    const number = plottable(valueAt(value, within))
    if (number === undefined) continue
    x.push(isByLog ? first + index : Date.parse(createdAt) / 1000)
    y.push(number)
  }
  return { x, y }
}
