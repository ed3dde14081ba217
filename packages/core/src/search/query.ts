import type { RunStatus } from '@runmeta/schema/run'
import type { Condition } from './condition.ts'

/** A search for runs. Every given member must match. */
export interface SearchQuery {
  readonly ids?: readonly string[]
  /** A prefix of the name. */
  readonly name?: string
  /** A part of the name, case-insensitive. */
  readonly nameContains?: string
  /** One of these pipelines. */
  readonly pipeline?: readonly string[]
  /** One of these statuses. */
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
  /** Runs per page. */
  readonly limit: number
  readonly cursor?: string
}

export interface Order {
  /** A pointer, or `createdAt`. */
  readonly by: string
  readonly isDescending: boolean
}

export const orderText = ({ by, isDescending }: Order): string => (isDescending ? `-${by}` : by)
