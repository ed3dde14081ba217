import type { CallOptions, FindOptions } from '../call.ts'
import type { NonFinite } from '../value/write.ts'

/** What can be logged to a run or a step that is known already. */
export interface Log extends CallOptions {
  /**
   * Keys and values: JSON values, typed values, bigints, instances of classes by their members, and what has a
   * `toJSON()`. A member that is `undefined` is left out; what cannot be logged is refused, with its place.
   */
  readonly metadata: object
  /** Whether what is logged to a step goes to its run as well. @default true */
  readonly logRelatedEntities?: boolean | undefined
  /** Logs with the same key count once, 1 to 255 printable ASCII characters. @default a random one for each call */
  readonly idempotencyKey?: string | undefined
  /** When it was measured, for imports: a `Date`, or RFC 3339. It needs a key of the role `admin`. @default now */
  readonly createdAt?: string | Date | undefined
  /** What becomes of `NaN` and `Infinity`. @default the client's option, which refuses them */
  readonly nonFinite?: NonFinite | undefined
}

/** What is logged, and to what. */
export interface TargetedLog extends Log, FindOptions {
  /** The run, by id, name or prefix. @default the run around the call, else that of a run token, else `RUNMETA_RUN_ID` */
  readonly runIdNameOrPrefix?: string | undefined
  /** The step. @default none where the run is named, else the step around the call, else `RUNMETA_STEP_NAME` */
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
