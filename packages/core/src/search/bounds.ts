import { ABOVE_ALL, after, compareText, cutText, indexText, kindOf, MAX_INDEXED_BYTES } from '../json/order.ts'
import { valueIndexSkFrom, valueIndexSkTo } from '../table/keys.ts'
import type { Comparison } from './condition.ts'
import type { SearchQuery } from './query.ts'

/** The part of a group that can hold what is asked for, both ends included. */
export interface Bounds {
  readonly low: string
  readonly high: string
}

export type Creation = Pick<SearchQuery, 'createdAfter' | 'createdBefore'>

/** All that have one value, in the order of their creation. */
export const boundsOf = (text: string, { createdAfter, createdBefore }: Creation): Bounds => ({
  low: createdAfter === undefined ? valueIndexSkFrom(text) : valueIndexSkTo(text, createdAfter),
  high: createdBefore === undefined ? valueIndexSkTo(text) : valueIndexSkFrom(text, createdBefore),
})

/** All that begin so. */
export const prefixBounds = (prefix: string): Bounds => ({ low: prefix, high: after(prefix) ?? ABOVE_ALL })

/** Whether an index holds the whole text, so that an entry with it has exactly this value. */
const isExact = (text: string): boolean => Buffer.byteLength(text) < MAX_INDEXED_BYTES

const kindBounds = (value: string): Bounds => ({ low: kindOf(value), high: after(kindOf(value)) ?? ABOVE_ALL })

function bounds(comparison: Comparison, creation: Creation): Bounds | undefined {
  if (comparison.op === 'between') {
    return { low: valueIndexSkFrom(indexText(comparison.low)), high: valueIndexSkTo(indexText(comparison.high)) }
  }
  if (comparison.op === 'contains') return kindBounds(comparison.value)
  if (comparison.op === 'prefix') return prefixBounds(cutText(comparison.value))
  if (comparison.op === 'exists' || comparison.op === 'in' || comparison.op === '!=') return undefined
  const { op, value } = comparison
  const text = indexText(value)
  const kind = kindBounds(value)
  switch (op) {
    case '=':
      return boundsOf(text, creation)
    case '<':
      return { ...kind, high: isExact(text) ? valueIndexSkFrom(text) : valueIndexSkTo(text) }
    case '<=':
      return { ...kind, high: valueIndexSkTo(text) }
    case '>':
      return { ...kind, low: isExact(text) ? valueIndexSkTo(text) : valueIndexSkFrom(text) }
    case '>=':
      return { ...kind, low: valueIndexSkFrom(text) }
  }
}

export const higher = (one: string, other: string): string => (compareText(one, other) < 0 ? other : one)
export const lower = (one: string, other: string): string => (compareText(one, other) < 0 ? one : other)

/** What is left of the entries of one pointer where all of these comparisons of it must hold. */
export function boundsFor(comparisons: readonly Comparison[], creation: Creation): Bounds {
  return comparisons.reduce<Bounds>(
    ({ low, high }, comparison) => {
      const own = bounds(comparison, creation)
      return own === undefined ? { low, high } : { low: higher(low, own.low), high: lower(high, own.high) }
    },
    { low: '0', high: ABOVE_ALL },
  )
}
