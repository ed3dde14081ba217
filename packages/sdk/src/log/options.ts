import type { CallOptions, FindOptions } from '../call.ts'
import type { NonFinite } from '../value/write.ts'

/** The options of a log to a given run or step. */
export interface Log extends CallOptions {
  /**
   * Keys and values: JSON values, typed values, bigints, class instances by their members, and objects with a
   * `toJSON()`. A member that is `undefined` is left out; a value that cannot be logged is refused, with its pointer.
   */
  readonly metadata: object
  /** Whether a log to a step also goes to its run. @default true */
  readonly logRelatedEntities?: boolean | undefined
  /** Logs with the same key count once, 1 to 255 printable ASCII characters. @default a random one for each call */
  readonly idempotencyKey?: string | undefined
  /** The original time, for imports: a `Date`, or RFC 3339. Needs a key with the role `admin`. @default now */
  readonly createdAt?: string | Date | undefined
  /** How to log `NaN` and `Infinity`. @default the client's option, which refuses them */
  readonly nonFinite?: NonFinite | undefined
}

/** A log, and the run and step that it goes to. */
export interface TargetedLog extends Log, FindOptions {
  /** The run, by id, name or prefix. @default the run around the call, else that of a run token, else `RUNMETA_RUN_ID` */
  readonly runIdNameOrPrefix?: string | undefined
  /** The step. @default none if the call names a run, else the step around the call, else `RUNMETA_STEP_NAME` */
  readonly stepName?: string | undefined
}

export const LOG_FIELDS = [
  'metadata',
  'runIdNameOrPrefix',
  'stepName',
  'logRelatedEntities',
  'idempotencyKey',
  'createdAt',
  'nonFinite',
  'exact',
  'signal',
] as const satisfies (keyof TargetedLog)[]
