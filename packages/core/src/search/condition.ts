import { compareText, containsText, indexText, isString, kindOf } from '../json/order.ts'

/** A condition on a run. Values are order texts: see `orderText`. */
export type Condition =
  | Comparison
  | { readonly and: readonly Condition[] }
  | { readonly or: readonly Condition[] }
  | { readonly not: Condition }

export type Comparison = { readonly pointer: string } & (
  | { readonly op: '=' | '!=' | Bound | 'prefix' | 'contains'; readonly value: string }
  | { readonly op: 'in'; readonly values: readonly string[]; readonly among: ReadonlySet<string> }
  | { readonly op: 'between'; readonly low: string; readonly high: string }
  | { readonly op: 'exists'; readonly isThere: boolean }
)

export type Bound = '<' | '<=' | '>' | '>='
export const OPERATORS = ['=', '!=', '<', '<=', '>', '>=', 'in', 'between', 'exists', 'prefix', 'contains'] as const
export type Operator = (typeof OPERATORS)[number]

/** A searchable scalar as order text, which may be cut. */
export interface KnownScalar {
  readonly order: string
  readonly isCut: boolean
}

/** A run's searchable scalars, and which of its keys have a value. */
export interface RunValues {
  leaf(pointer: string): KnownScalar | undefined
  /** Whether a pointer names a key that has a value. */
  isKey(pointer: string): boolean
}

/** Thrown if a condition cannot be decided from the rows, for example because a scalar is cut. */
export class Undecided extends Error {
  override readonly name = 'Undecided'
}

function compare({ order, isCut }: KnownScalar, value: string): number {
  if (!isCut) return compareText(order, value)
  const start = indexText(value)
  const difference = compareText(indexText(order, true), start)
  // A scalar is greater than the text that it was cut to, so it is greater than a value that ends there.
  if (difference !== 0) return difference
  if (start === value) return 1
  throw new Undecided()
}

function begins({ order, isCut }: KnownScalar, prefix: string): boolean {
  if (order.startsWith(prefix)) return true
  if (isCut && prefix.startsWith(order)) throw new Undecided()
  return false
}

function contains({ order, isCut }: KnownScalar, part: string): boolean {
  if (containsText(order, part)) return true
  if (isCut) throw new Undecided()
  return false
}

const BOUNDS: Readonly<Record<Bound, (difference: number) => boolean>> = {
  '<': (difference) => difference < 0,
  '<=': (difference) => difference <= 0,
  '>': (difference) => difference > 0,
  '>=': (difference) => difference >= 0,
}

/** Scalars of different kinds are not comparable: no bound holds. */
const equals = (known: KnownScalar, value: string): boolean =>
  kindOf(known.order) === kindOf(value) && compare(known, value) === 0
const isBound = (known: KnownScalar, op: Bound, value: string): boolean =>
  kindOf(known.order) === kindOf(value) && BOUNDS[op](compare(known, value))

function holdsFor(known: KnownScalar, comparison: Comparison): boolean {
  switch (comparison.op) {
    case 'exists':
      return comparison.isThere
    case 'in':
      return known.isCut ? comparison.values.some((value) => equals(known, value)) : comparison.among.has(known.order)
    case 'between':
      return isBound(known, '>=', comparison.low) && isBound(known, '<=', comparison.high)
    case 'prefix':
      return isString(known.order) && begins(known, comparison.value)
    case 'contains':
      return isString(known.order) && contains(known, comparison.value)
    case '=':
      return equals(known, comparison.value)
    case '!=':
      return !equals(known, comparison.value)
    default:
      return isBound(known, comparison.op, comparison.value)
  }
}

function compares(values: RunValues, comparison: Comparison): boolean {
  const { pointer, op } = comparison
  const known = values.leaf(pointer)
  if (known !== undefined) return holdsFor(known, comparison)
  return op === 'exists' ? values.isKey(pointer) === comparison.isThere : op === '!='
}

/** Whether a condition holds for a run. @throws Undecided */
export function holds(values: RunValues, condition: Condition): boolean {
  if ('and' in condition) return condition.and.every((part) => holds(values, part))
  if ('or' in condition) return condition.or.some((part) => holds(values, part))
  if ('not' in condition) return !holds(values, condition.not)
  return compares(values, condition)
}

export function pointersOf(condition: Condition): string[] {
  if ('and' in condition) return condition.and.flatMap(pointersOf)
  if ('or' in condition) return condition.or.flatMap(pointersOf)
  if ('not' in condition) return pointersOf(condition.not)
  return [condition.pointer]
}

/** The comparisons that must hold if all of the conditions hold: those that are not inside `or` or `not`. */
export function required(conditions: readonly Condition[]): Comparison[] {
  return conditions.flatMap((condition) => {
    if ('and' in condition) return required(condition.and)
    return 'or' in condition || 'not' in condition ? [] : [condition]
  })
}
