import type { CallOptions } from '../call.ts'
import type { Metadata, RunStatus } from '../run/fields.ts'
import type { ListedPipelineRun, ListedRun } from '../run/handle.ts'
import type { NumberLiteral } from '../value/number.ts'
import type { Typed } from '../value/typed.ts'
import type { Value } from '../value/value.ts'

/** What a condition compares with. A typed value counts as what it holds, and a `Date` as it is logged. */
export type Comparable = null | boolean | number | bigint | string | NumberLiteral | Typed | Date

/** What the latest value at a JSON Pointer from the root of the metadata must be. */
export type PointerCondition = { readonly pointer: string } & (
  | { readonly op: '=' | '!=' | '<' | '<=' | '>' | '>='; readonly value: Comparable }
  | { readonly op: 'in'; readonly value: readonly Comparable[] }
  /** The lowest and the highest, both included. */
  | { readonly op: 'between'; readonly value: readonly [Comparable, Comparable] }
  /** What a string begins with, or has in it. */
  | { readonly op: 'prefix' | 'contains'; readonly value: string | Typed }
  | { readonly op: 'exists'; readonly value?: boolean }
)

/** What must hold of a run's metadata; text is `<pointer> <op> <JSON>`, such as `/run_metrics/accuracy >= 0.9`. */
export type Condition =
  | string
  | PointerCondition
  | { readonly and: readonly Condition[] }
  | { readonly or: readonly Condition[] }
  | { readonly not: Condition }

/** Which runs are listed, in which order, and what of them. */
export interface ListOptions extends CallOptions {
  /** These runs, up to 100. */
  readonly ids?: readonly string[] | undefined
  /** What their names begin with. */
  readonly name?: string | undefined
  /** What is in their names, in upper or lower case. */
  readonly nameContains?: string | undefined
  /** One, or any of several. */
  readonly pipeline?: string | readonly string[] | undefined
  /** One, or any of several. */
  readonly status?: RunStatus | readonly RunStatus[] | undefined
  /** A `Date`, or RFC 3339; the moment itself is excluded. */
  readonly createdAfter?: string | Date | undefined
  /** A `Date`, or RFC 3339; the moment itself is excluded. */
  readonly createdBefore?: string | Date | undefined
  /** Of several all must hold. */
  readonly where?: Condition | readonly Condition[] | undefined
  /** JSON Pointers whose values come along as `selected`. */
  readonly select?: readonly string[] | undefined
  /** `['metadata']` for all of the metadata, of the steps too. */
  readonly include?: readonly 'metadata'[] | undefined
  /** `createdAt` or a JSON Pointer, with `-` before it for descending. @default the API's choice, mostly newest first */
  readonly order?: string | undefined
  /** Runs fetched at once, 1 to 200, or to 20 with `include`; the list goes on after them. @default 50, or 20 */
  readonly pageSize?: number | undefined
  /** The API's name of `pageSize`. */
  readonly limit?: number | undefined
}

export const LIST_FIELDS = [
  'ids',
  'name',
  'nameContains',
  'pipeline',
  'status',
  'createdAfter',
  'createdBefore',
  'where',
  'select',
  'include',
  'order',
  'pageSize',
  'limit',
  'signal',
] as const satisfies (keyof ListOptions)[]

/** Makes a misspelt option an error where options are inferred. */
export type OnlyListOptions<Options> = { readonly [name in Exclude<keyof Options, keyof ListOptions>]: never }

/** The values that options select, by pointer. */
type SelectedOf<Options> = Options extends { readonly select: readonly (infer Pointer extends string)[] }
  ? { readonly [pointer in Pointer]?: Value }
  : Metadata

/** What the caller says of the values, else what the options say. */
type SelectedBy<Options, Known extends object> = [Known] extends [never] ? SelectedOf<Options> : Partial<Known>

/** A run as options list it: with its metadata where they include it, perhaps with it where that is not known. */
export type ListedBy<Options extends ListOptions, Known extends object = never> = Options extends {
  readonly include: readonly 'metadata'[]
}
  ? ListedPipelineRun<Metadata, SelectedBy<Options, Known>>
  : 'include' extends keyof Options
    ? ListedRun<SelectedBy<Options, Known>> & Partial<Pick<ListedPipelineRun, 'runMetadata' | 'steps' | 'get'>>
    : ListedRun<SelectedBy<Options, Known>>
