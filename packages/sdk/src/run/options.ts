import type { CallOptions, FindOptions } from '../call.ts'
import type { Value } from '../value/value.ts'
import type { RunStatus } from './fields.ts'

/** The options of a run to get or create. */
export interface NewRun {
  /** A UUID. @default a random one */
  readonly id?: string | undefined
  /** Unique in the project. @default made from the pipeline's name and the time */
  readonly name?: string | undefined
  /** The pipeline of the run; runs can be listed by it. @default none */
  readonly pipeline?: string | undefined
  /** `running`, `completed`, `failed` or `stopped`. @default 'running' */
  readonly status?: RunStatus | undefined
  /** A `Date`, or RFC 3339. @default now, if the status is `running` */
  readonly startedAt?: string | Date | undefined
  /** A `Date`, or RFC 3339. */
  readonly endedAt?: string | Date | undefined
  /** A `Date`, or RFC 3339: the run is deleted from this time on. @default never */
  readonly expiresAt?: string | Date | undefined
  /** The original time, for imports: a `Date`, or RFC 3339. Needs a key with the role `admin`. @default now */
  readonly createdAt?: string | Date | undefined
  /** Whether the metadata is searchable; if false, logs cost less. @default true */
  readonly index?: boolean | undefined
}

export const RUN_FIELDS = [
  'id',
  'name',
  'pipeline',
  'status',
  'startedAt',
  'endedAt',
  'expiresAt',
  'createdAt',
  'index',
] as const satisfies (keyof NewRun)[]

/** The fields of a run to change. */
export interface RunChanges {
  /** `running`, `completed`, `failed` or `stopped`. */
  readonly status?: RunStatus | undefined
  /** A `Date`, or RFC 3339. @default now, if the status ends the run */
  readonly endedAt?: string | Date | undefined
  /** The pipeline of the run. */
  readonly pipeline?: string | undefined
  /** A new name; the old one is free at once. */
  readonly name?: string | undefined
  /** A `Date`, or RFC 3339: the run is deleted from this time on; `null` removes the expiry. */
  readonly expiresAt?: string | Date | null | undefined
}

export const CHANGE_FIELDS = [
  'status',
  'endedAt',
  'pipeline',
  'name',
  'expiresAt',
] as const satisfies (keyof RunChanges)[]

/** Options of reading a run. */
export interface ReadOptions extends FindOptions {
  /**
   * The metadata as of this moment: a `Date` or RFC 3339, or the `id` or `position` of a log, included. Name, status and
   * times of the run are current. @default the latest
   */
  readonly at?: string | Date | undefined
}

export const READ_FIELDS = ['at', 'exact', 'signal'] as const satisfies (keyof ReadOptions)[]

/** Options of watching a run. */
export interface WatchOptions extends FindOptions {
  /** Milliseconds between two reads. @default 2000 */
  readonly interval?: number | undefined
}

export const WATCH_FIELDS = ['interval', 'exact', 'signal'] as const satisfies (keyof WatchOptions)[]

/** One value in the history of a key. */
export interface HistoryEntry {
  readonly value: Value
  /** The id of the log. */
  readonly log: string
  /** The step that the log named. */
  readonly step?: string
  /** RFC 3339, UTC, with milliseconds. */
  readonly createdAt: string
  /** Who logged. */
  readonly by: { readonly key: { readonly id: string; readonly name: string }; readonly token?: true }
}

/** Options of reading a history. */
export interface HistoryOptions extends FindOptions {
  /** The step that has the key. @default the run itself */
  readonly step?: string | undefined
  /** Entries per request, 1 to 1,000. @default 100 */
  readonly pageSize?: number | undefined
}

export const HISTORY_FIELDS = ['step', 'pageSize', 'exact', 'signal'] as const satisfies (keyof HistoryOptions)[]

/** Options of unsetting a key. */
export interface UnsetOptions extends FindOptions {
  /** The step that has the key. @default the run itself */
  readonly step?: string | undefined
  /** Calls with the same key count once, 1 to 255 printable ASCII characters. @default a random one for each call */
  readonly idempotencyKey?: string | undefined
}

export const UNSET_FIELDS = ['step', 'idempotencyKey', 'exact', 'signal'] as const satisfies (keyof UnsetOptions)[]

/** Options of `withNewRun` besides those of the run. */
export type NewRunOptions = NewRun & CallOptions
