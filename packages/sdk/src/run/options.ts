import type { CallOptions, FindOptions } from '../call.ts'
import type { Value } from '../value/value.ts'
import type { RunStatus } from './fields.ts'

/** A run to get or create. */
export interface NewRun {
  /** A UUID. @default one made here or by the server */
  readonly id?: string | undefined
  /** Unique in the project. @default made of the pipeline's name and the time */
  readonly name?: string | undefined
  /** The pipeline that it is a run of, by which runs are found. @default none */
  readonly pipeline?: string | undefined
  /** `running`, `completed`, `failed` or `stopped`. @default 'running' */
  readonly status?: RunStatus | undefined
  /** A `Date`, or RFC 3339. @default now, for a run that is running */
  readonly startedAt?: string | Date | undefined
  /** A `Date`, or RFC 3339. */
  readonly endedAt?: string | Date | undefined
  /** A `Date`, or RFC 3339: from then on the run is as if it had been deleted. @default it stays */
  readonly expiresAt?: string | Date | undefined
  /** When it was made, for imports: a `Date`, or RFC 3339. It needs a key of the role `admin`. @default now */
  readonly createdAt?: string | Date | undefined
  /** Whether its metadata can be searched; logs cost less where it is false. @default true */
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

/** What to change of a run. */
export interface RunChanges {
  /** `running`, `completed`, `failed` or `stopped`. */
  readonly status?: RunStatus | undefined
  /** A `Date`, or RFC 3339. @default now, for a run that ends */
  readonly endedAt?: string | Date | undefined
  /** The pipeline that it is a run of. */
  readonly pipeline?: string | undefined
  /** Another name; the one it had is free at once. */
  readonly name?: string | undefined
  /** A `Date`, or RFC 3339: from then on the run is as if it had been deleted; `null` for a run that stays. */
  readonly expiresAt?: string | Date | null | undefined
}

export const CHANGE_FIELDS = [
  'status',
  'endedAt',
  'pipeline',
  'name',
  'expiresAt',
] as const satisfies (keyof RunChanges)[]

/** How a run is read. */
export interface ReadOptions extends FindOptions {
  /**
   * The metadata as it was then: a `Date` or RFC 3339, or the `position` of a log, that one included. Name, status and
   * times of the run are today's. @default the latest
   */
  readonly at?: string | Date | undefined
}

export const READ_FIELDS = ['at', 'exact', 'signal'] as const satisfies (keyof ReadOptions)[]

/** How a run is watched. */
export interface WatchOptions extends FindOptions {
  /** Milliseconds from one reading to the next. @default 2000 */
  readonly interval?: number | undefined
}

export const WATCH_FIELDS = ['interval', 'exact', 'signal'] as const satisfies (keyof WatchOptions)[]

/** What a key was, by one log. */
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

/** Which history is read, and how. */
export interface HistoryOptions extends FindOptions {
  /** The step whose key it is. @default the key is the run's */
  readonly step?: string | undefined
  /** Entries fetched at once, 1 to 1,000. @default 100 */
  readonly pageSize?: number | undefined
}

export const HISTORY_FIELDS = ['step', 'pageSize', 'exact', 'signal'] as const satisfies (keyof HistoryOptions)[]

/** Which key is unset, and how. */
export interface UnsetOptions extends FindOptions {
  /** The step whose key it is. @default the key is the run's */
  readonly step?: string | undefined
  /** Calls with the same key count once, 1 to 255 printable ASCII characters. @default a random one for each call */
  readonly idempotencyKey?: string | undefined
}

export const UNSET_FIELDS = ['step', 'idempotencyKey', 'exact', 'signal'] as const satisfies (keyof UnsetOptions)[]

/** What `withNewRun` takes besides the run. */
export type NewRunOptions = NewRun & CallOptions
