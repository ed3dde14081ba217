import type { RunStatus } from '@runmeta/schema/run'
import { fromPointer } from '../json/pointer.ts'
import type { Condition } from './condition.ts'

/** A search for runs. Every given member must match. */
export interface SearchQuery {
  readonly ids?: readonly string[]
  /** A prefix of the name. */
  readonly name?: string
  /** A part of the name, case-insensitive. */
  readonly nameContains?: string
  readonly pipeline?: readonly string[]
  readonly status?: readonly RunStatus[]
  /** RFC 3339, exclusive; also for `createdBefore`. */
  readonly createdAfter?: string
  readonly createdBefore?: string
  /** Conditions that must all hold. */
  readonly where: readonly Condition[]
  /** Pointers to the values to return with each run. */
  readonly select: readonly string[]
  /** Whether to return all metadata with each run. */
  readonly isWhole: boolean
  readonly order?: Order
  readonly limit: number
  readonly cursor?: string
}

export interface Order {
  /** A pointer, or `createdAt`. */
  readonly by: string
  readonly isDescending: boolean
}

/** The order as replies show it. */
export const orderName = ({ by, isDescending }: Order): string => (isDescending ? `-${by}` : by)

/** No value is deep enough for a longer pointer. */
export const MAX_POINTER_PARTS = 1024

/** Splits a pointer into a metadata key and the tokens below it. */
export function partsOf(pointer: string): { readonly key: string; readonly below: readonly string[] } {
  const [key = '', ...below] = fromPointer(pointer, MAX_POINTER_PARTS) ?? []
  return { key, below }
}
