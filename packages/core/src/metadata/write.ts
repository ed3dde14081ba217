import type { LogReceipt } from '@runmeta/schema/reply'
import type { Context, RunHead, RunWithSize } from '../context.ts'
import type { LogBody, LoggedValue } from '../json/body.ts'
import { cachedRun } from '../run/cache.ts'
import { checkCreatedAt } from '../run/created-at.ts'
import { find } from '../run/find.ts'
import { present } from '../table/attribute.ts'
import { checkRunLimits } from './checkpoint/limits.ts'
import { maintain } from './checkpoint/maintain.ts'
import { type LogHead, toLogItem } from './log.ts'
import { findEarlierLog, logKeyFor, putOnce } from './once.ts'
import { checkAfter, timeOf } from './position.ts'
import { finishIndex, logWrites } from './searchable.ts'

/** What a log is beside its metadata and types. */
export interface WriteOptions {
  /** A step's name; without one the log goes to the run. */
  readonly step?: string | undefined
  /** Whether a step's log goes to the run as well. @default true */
  readonly relatedEntities?: boolean | undefined
  /** The position of an earlier log that this one is to be later than. */
  readonly after?: string | undefined
  /** RFC 3339; the time of an imported log, which changes nothing of its position. @default now */
  readonly createdAt?: string | undefined
  readonly idempotencyKey?: string | undefined
  /** Whether only a whole id or name of the run will do. @default false */
  readonly exact?: boolean | undefined
}

export interface NewLog {
  readonly step?: string
  readonly after?: string
  readonly createdAt?: string
  readonly idempotencyKey?: string
  readonly exact?: boolean
  readonly entries: readonly LoggedValue[]
  readonly isRelated: boolean
  readonly digest: Uint8Array
  /** How many of its scalars cannot be searched: see `LogContent`. */
  readonly unindexed: number
}

/** A log from its body. @throws Failure `bad_request`, `invalid_value`, `payload_too_large` */
export function newLog(body: LogBody, { relatedEntities = true, ...options }: WriteOptions): NewLog {
  const { entries, digest, unindexed } = body.content()
  // Of the options these two alone are part of what a log says.
  return {
    ...present(options),
    entries,
    isRelated: relatedEntities,
    digest: digest([options.step ?? null, relatedEntities]),
    unindexed,
  }
}

/** The reply to a log that is there and can be searched. */
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

/** The run that a reference to log to means. @throws Failure `run_not_found`, `ambiguous_run`, `bad_request` */
export const findTargetRun = (
  context: Context,
  reference: string,
  { exact = false }: Pick<NewLog, 'exact'>,
): Promise<RunWithSize> =>
  // A token is for the run of one id, and must not reach another whose name that is.
  find(context, reference, (id) => cachedRun(context, id), { isId: context.author.isToken, isExact: exact })

/** When a log is made, and its place in the order of logs. */
export interface LogStamp {
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly position: string
}

/** Gives a log its place. @throws Failure `bad_request`, `forbidden` */
export function stampLog(context: Context, log: Pick<NewLog, 'after' | 'createdAt'>): LogStamp {
  const { clock, positions } = context
  checkCreatedAt(context, log.createdAt)
  const now = clock.now()
  if (log.after !== undefined) checkAfter(log.after, now)
  const position = positions(now, log.after)
  // The time of its position, so that a reader who asks for the run at that time finds the log.
  return { position, createdAt: log.createdAt === undefined ? timeOf(position) : Date.parse(log.createdAt) }
}

/**
 * Attaches metadata to a run: one item, so all of it or nothing; what that cannot hold is written before it, where no reader
 * looks without it. Sent again under the same idempotency key it finds the first sending's item and gives the same receipt.
 * @throws Failure `payload_too_large`, `idempotency_key_reused`, `run_not_found`
 */
export async function writeTo(
  context: Context,
  run: RunWithSize,
  log: NewLog,
  { position, createdAt }: LogStamp,
): Promise<LogReceipt> {
  await checkRunLimits(context, run, log)
  const key = logKeyFor(context, run.id, log.idempotencyKey)
  const stored = { ...log, position, createdAt, author: context.author }
  const whole = await toLogItem(key, stored)
  // Parts are written before the log can be refused, so a large one looks first whether it was sent before.
  const looks = whole.parts.length > 0 && log.idempotencyKey !== undefined
  const seen = looks ? await findEarlierLog(context, run.id, key, log.digest) : {}
  const isRuns = log.step === undefined || log.isRelated
  const writesAt = (at: string) => (isRuns ? logWrites(context, run, at, log.entries) : [])
  const put = await putOnce(context, run, whole, writesAt(position), seen)
  if (isRuns) await finishIndex(context, run, put, writesAt)
  await maintain(context, run.id)
  return receiptOf(run, put.head, isRuns && run.isIndexed ? log.unindexed : 0)
}

/**
 * Logs to the run that a reference means.
 * @throws Failure `run_not_found`, `ambiguous_run`, `bad_request`, `invalid_value`, `forbidden`, `payload_too_large`,
 * `idempotency_key_reused`
 */
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
