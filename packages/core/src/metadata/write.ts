import type { LogReceipt } from '@runmeta/schema/reply'
import type { Context, RunHead, RunWithSize } from '../context.ts'
import type { LogBody, LoggedValue } from '../json/body.ts'
import { cachedRun } from '../run/cache.ts'
import { checkCreatedAt } from '../run/created-at.ts'
import { find } from '../run/find.ts'
import { present } from '../table/attribute.ts'
import { runLimitFault } from './checkpoint/limits.ts'
import { maintain } from './checkpoint/maintain.ts'
import { stepsOf } from './fold.ts'
import { type LogHead, toLogItem } from './log.ts'
import { findEarlierLog, logKeyFor, putOnce } from './once.ts'
import { checkAfter, createdAtOf } from './position.ts'
import { finishIndex, logWrites } from './searchable.ts'

/** The fields of a log except its metadata and types. */
export interface WriteOptions {
  readonly step?: string
  /** Whether a log of a step also goes to the run. @default true */
  readonly relatedEntities?: boolean
  /** The position of an earlier log. This log will be later than that one. */
  readonly after?: string
  /** The time of an imported log, RFC 3339. It does not affect the position. @default now */
  readonly createdAt?: string
  readonly idempotencyKey?: string
  /** Whether prefixes of ids and names are refused. @default false */
  readonly exact?: boolean
}

export interface NewLog extends Omit<WriteOptions, 'relatedEntities'> {
  readonly entries: readonly LoggedValue[]
  readonly isRelated: boolean
  readonly digest: Uint8Array
  readonly unindexed: number
}

/** @throws Failure `bad_request`, `invalid_value`, `payload_too_large` */
export function newLog(body: LogBody, { relatedEntities = true, ...options }: WriteOptions): NewLog {
  const { entries, digest, unindexed } = body.content()
  // Only these two options are part of the content that an idempotency key protects.
  return {
    ...options,
    entries,
    isRelated: relatedEntities,
    digest: digest([options.step ?? null, relatedEntities]),
    unindexed,
  }
}

function receiptOf(run: RunHead, { id, createdAt, position, step }: LogHead, unindexed: number): LogReceipt {
  return {
    run: { id: run.id, name: run.name },
    log: {
      id,
      createdAt: new Date(createdAt).toISOString(),
      position,
      ...present({ step, unindexed: unindexed > 0 ? unindexed : undefined }),
    },
  }
}

/** @throws Failure `run_not_found`, `ambiguous_run`, `bad_request` */
export const findTargetRun = (
  context: Context,
  reference: string,
  { exact = false }: Pick<NewLog, 'exact'>,
): Promise<RunWithSize> =>
  // A run token is valid for one id. It must not reach another run that has this id as its name.
  find(context, reference, (id) => cachedRun(context, id), { isId: context.author.isToken, isExact: exact })

export interface LogStamp {
  readonly createdAt: number
  readonly position: string
}

/**
 * Gives a log its time and position.
 * @param previous - The position of another log that this one must be later than.
 * @throws Failure `bad_request`, `forbidden`
 */
export function stampLog(context: Context, log: Pick<NewLog, 'after' | 'createdAt'>, previous = ''): LogStamp {
  const { clock, positions } = context
  checkCreatedAt(context, log.createdAt)
  const now = clock.now()
  if (log.after !== undefined) checkAfter(log.after, now)
  const { after = '' } = log
  const floor = after > previous ? after : previous
  const position = positions(now, floor === '' ? undefined : floor)
  return { position, createdAt: createdAtOf(position, log) }
}

/**
 * Stores a log. It is one item, so it is stored whole or not at all; parts of a large log are written first, and readers find
 * them only through the item. A retry with the same idempotency key finds the stored log and returns the same receipt.
 * @throws Failure `payload_too_large`, `idempotency_key_reused`, `run_not_found`
 */
export async function writeTo(
  context: Context,
  run: RunWithSize,
  log: NewLog,
  { position, createdAt }: LogStamp,
): Promise<LogReceipt> {
  const fault = await runLimitFault(context, run, log)
  const key = logKeyFor(context, run.id, log.idempotencyKey)
  const whole = await toLogItem(key, { ...log, position, createdAt, author: context.author })
  // Check for an earlier try before refusing the log, and before writing parts, which happens before a conflict is noticed.
  const looksFirst = log.idempotencyKey !== undefined && (fault !== undefined || whole.parts.length > 0)
  const seen = looksFirst ? await findEarlierLog(context, run.id, key, log.digest) : {}
  if (fault !== undefined && seen.log === undefined) throw fault
  const isRuns = stepsOf(log).includes(undefined)
  const writesAt = (at: string) => (isRuns ? logWrites(context, run, at, log.entries) : [])
  const written = await putOnce(context, run, whole, writesAt(position), seen)
  if (isRuns) await finishIndex(context, run, written, writesAt)
  await maintain(context, run.id)
  return receiptOf(run, written.head, isRuns && run.isIndexed ? log.unindexed : 0)
}

/** @throws Failure `run_not_found`, `ambiguous_run`, `bad_request`, `forbidden`, and those of `newLog` and `writeTo` */
export async function write(
  context: Context,
  reference: string,
  body: LogBody,
  options: WriteOptions,
): Promise<LogReceipt> {
  const log = newLog(body, options)
  const run = await findTargetRun(context, reference, log)
  return writeTo(context, run, log, stampLog(context, log))
}
