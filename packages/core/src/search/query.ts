import type { RunStatus } from '@runmeta/schema/run'
import type { Condition } from './condition.ts'

/** What a caller asks for: of the runs that are as it says, the first ones in an order. */
export interface SearchQuery {
  readonly ids?: readonly string[]
  /** A prefix. */
  readonly name?: string
  /** What the name contains, in upper or lower case. */
  readonly nameContains?: string
  /** Any of them. */
  readonly pipeline?: readonly string[]
  /** Any of them. */
  readonly status?: readonly RunStatus[]
  /** RFC 3339; the moment itself is left out. */
  readonly createdAfter?: string
  readonly createdBefore?: string
  /** All of them must hold. */
  readonly where: readonly Condition[]
  /** Pointers to values that come with each run. */
  readonly select: readonly string[]
  /** Whether all metadata comes with each run. */
  readonly isWhole: boolean
  readonly order?: Order
  /** Runs a page. */
  readonly limit: number
  readonly cursor?: string
}

export interface Order {
  /** A pointer, or `createdAt`. */
  readonly by: string
  readonly isDescending: boolean
}

export const orderText = ({ by, isDescending }: Order): string => (isDescending ? `-${by}` : by)
