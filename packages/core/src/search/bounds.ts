import { ABOVE_ALL, after, compareText, cutText, indexText, kindOf, MAX_INDEXED_BYTES } from '../json/order.ts'
import { valueIndexSkFrom, valueIndexSkTo } from '../table/keys.ts'
import type { Comparison } from './condition.ts'
import type { SearchQuery } from './query.ts'

/** A range of index keys, both ends included. */
export interface Bounds {
  readonly low: string
  readonly high: string
}

export type Creation = Pick<SearchQuery, 'createdAfter' | 'createdBefore'>

/** The range of one value: its entries are in the order of creation. */
export const boundsOf = (text: string, { createdAfter, createdBefore }: Creation): Bounds => ({
  low: createdAfter === undefined ? valueIndexSkFrom(text) : valueIndexSkTo(text, createdAfter),
  high: createdBefore === undefined ? valueIndexSkTo(text) : valueIndexSkFrom(text, createdBefore),
})

export const prefixBounds = (prefix: string): Bounds => ({ low: prefix, high: after(prefix) ?? ABOVE_ALL })

/** Whether the index holds the whole text. Otherwise an entry with this text may have a different value. */
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

/** The range of a pointer's entries for which all of these comparisons can hold. All of them must be of that pointer. */
export function boundsFor(comparisons: readonly Comparison[], creation: Creation): Bounds {
  return comparisons.reduce<Bounds>(
    ({ low, high }, comparison) => {
      const own = bounds(comparison, creation)
      return own === undefined ? { low, high } : { low: higher(low, own.low), high: lower(high, own.high) }
    },
    { low: '0', high: ABOVE_ALL },
  )
}
