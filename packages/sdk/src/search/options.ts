import type { CallOptions } from '../call.ts'
import type { Metadata, RunStatus } from '../run/fields.ts'
import type { ListedPipelineRun, ListedRun } from '../run/handle.ts'
import type { NumberLiteral } from '../value/number.ts'
import type { Typed } from '../value/typed.ts'
import type { Value } from '../value/value.ts'

/** The operand of a condition. A typed value counts as its content, and a `Date` as the text that a log stores. */
export type Comparable = null | boolean | number | bigint | string | NumberLiteral | Typed | Date

/** A condition on the latest value at a JSON Pointer from the root of the metadata. */
export type PointerCondition = { readonly pointer: string } & (
  | { readonly op: '=' | '!=' | '<' | '<=' | '>' | '>='; readonly value: Comparable }
  | { readonly op: 'in'; readonly value: readonly Comparable[] }
  /** The lowest and the highest value, both included. */
  | { readonly op: 'between'; readonly value: readonly [Comparable, Comparable] }
  /** The beginning of a string, or a part of it. */
  | { readonly op: 'prefix' | 'contains'; readonly value: string | Typed }
  | { readonly op: 'exists'; readonly value?: boolean }
)

/** A condition on a run's metadata. As text it is `<pointer> <op> <JSON>`, such as `/run_metrics/accuracy >= 0.9`. */
export type Condition =
  | string
  | PointerCondition
  | { readonly and: readonly Condition[] }
  | { readonly or: readonly Condition[] }
  | { readonly not: Condition }

/** Options of listing runs: which runs, in which order, with which values. */
export interface ListOptions extends CallOptions {
  /** These runs, up to 100. */
  readonly ids?: readonly string[] | undefined
  /** A prefix of the names. */
  readonly name?: string | undefined
  /** A part of the names, ignoring case. */
  readonly nameContains?: string | undefined
  /** One, or any of several. */
  readonly pipeline?: string | readonly string[] | undefined
  /** One, or any of several. */
  readonly status?: RunStatus | readonly RunStatus[] | undefined
  /** A `Date`, or RFC 3339; excludes the time itself. */
  readonly createdAfter?: string | Date | undefined
  /** A `Date`, or RFC 3339; excludes the time itself. */
  readonly createdBefore?: string | Date | undefined
  /** One condition, or several that must all hold. */
  readonly where?: Condition | readonly Condition[] | undefined
  /** JSON Pointers of the values in `selected`. */
  readonly select?: readonly string[] | undefined
  /** `['metadata']` includes all metadata, also that of the steps. */
  readonly include?: readonly 'metadata'[] | undefined
  /** `createdAt` or a JSON Pointer, with a leading `-` for descending order. @default chosen by the API, mostly newest first */
  readonly order?: string | undefined
  /** Runs per request, 1 to 200, or to 20 with `include`. The list continues after them. @default 50, or 20 */
  readonly pageSize?: number | undefined
  /** The API's name for `pageSize`. */
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

/** The selected values of a run, by pointer. */
type SelectedOf<Options> = Options extends { readonly select: readonly (infer Pointer extends string)[] }
  ? { readonly [pointer in Pointer]?: Value }
  : Metadata

/** The types given by the caller, else those inferred from the options. */
type SelectedBy<Options, Known extends object> = [Known] extends [never] ? SelectedOf<Options> : Partial<Known>

/** The type of a listed run: with metadata if the options include it, or either form if that is not known. */
export type ListedBy<Options extends ListOptions, Known extends object = never> = Options extends {
  readonly include: readonly 'metadata'[]
}
  ? ListedPipelineRun<Metadata, SelectedBy<Options, Known>>
  : 'include' extends keyof Options
    ? ListedRun<SelectedBy<Options, Known>> & Partial<Pick<ListedPipelineRun, 'runMetadata' | 'steps' | 'get'>>
    : ListedRun<SelectedBy<Options, Known>>
