import type { HistoryEntry, Value } from '@runmeta/sdk'
import { useMemo, useRef } from 'preact/hooks'
import type { Listing } from '../app/listing.ts'
import { plottable, scalarsOf, valueAt } from '../value/value.ts'

/** The most numbers within one value to choose from. */
const MAX_SCALARS = 200

/** The pointers of the numbers in a value: each number of an object can be plotted. */
export const numbersOf = (value: Value): string[] =>
  scalarsOf({ '': value }, MAX_SCALARS)
    .filter((leaf) => plottable(leaf.value) !== undefined)
    .map(({ pointer }) => pointer.slice(1))

/** The pointers of the numbers in the latest value, and in those that were the latest before: a plot stays if a new log lacks its number. */
export function useNumbers(cause: string, { items, isPrevious }: Listing<HistoryEntry>): readonly string[] {
  const seen = useRef<{ readonly cause: string; readonly pointers: readonly string[] }>({ cause, pointers: [] })
  const latest = isPrevious ? undefined : items[0]?.value
  return useMemo(() => {
    const before = seen.current.cause === cause ? seen.current.pointers : []
    const pointers = latest === undefined ? before : [...new Set([...before, ...numbersOf(latest)])]
    seen.current = { cause, pointers }
    return pointers
  }, [cause, latest])
}

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
