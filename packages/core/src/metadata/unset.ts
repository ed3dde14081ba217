import { hash } from 'node:crypto'
import type { Context, RunHead } from '../context.ts'
import { Failure } from '../failure.ts'
import { cachedRun } from '../run/cache.ts'
import { checkCreatedAt } from '../run/created-at.ts'
import { find } from '../run/find.ts'
import { present } from '../table/attribute.ts'
import { findScope } from './fold.ts'
import { toLogItem } from './log.ts'
import { findEarlierLog, type KeyState, logKeyFor, putOnce } from './once.ts'
import { createdAtOf } from './position.ts'
import { withFoldedRun } from './read.ts'
import { finishIndex, unsetWrites, type WrittenLog } from './searchable.ts'

export interface Unset {
  readonly key: string
  /** The step that has the key. @default the run */
  readonly step?: string
  readonly idempotencyKey?: string
  /** The time of an imported unset, RFC 3339. It does not affect the position. @default now */
  readonly createdAt?: string
  /** Whether prefixes of ids and names are refused. @default false */
  readonly isExact?: boolean
}

export const keyNotFound = (): Failure =>
  new Failure('key_not_found', 'key: not set on this run; keys are case-sensitive, and each step has keys of its own')

const digestOf = ({ key, step }: Unset): Uint8Array =>
  hash('sha256', JSON.stringify(['unset', key, step ?? null]), 'buffer')

/**
 * Unsets a key: stores a log that is later than its value. A retry with the same idempotency key finds that log.
 * @throws Failure `run_not_found`, `ambiguous_run`, `key_not_found`, `idempotency_key_reused`, `bad_request`, `forbidden`
 */
export async function unset(context: Context, reference: string, input: Unset): Promise<void> {
  const { clock, positions, author } = context
  checkCreatedAt(context, input.createdAt)
  const run = await find(
    context,
    reference,
    (candidate) => cachedRun(context, candidate),
    present({ isExact: input.isExact }),
  )
  const digest = digestOf(input)
  const item = logKeyFor(context, run.id, input.idempotencyKey)
  const seen: KeyState = input.idempotencyKey === undefined ? {} : await findEarlierLog(context, run.id, item, digest)
  if (seen.log !== undefined) return finish(context, run, seen.log, input)
  const latest = await withFoldedRun(context, run.id, {}, async ({ state }) =>
    findScope(state, input.step)?.get(input.key),
  )
  if (latest?.value === undefined) throw keyNotFound()
  const position = positions(clock.now(), latest.position)
  const log = {
    position,
    createdAt: createdAtOf(position, input),
    author,
    digest,
    isRelated: false,
    entries: [],
    unset: input.key,
    ...present({ step: input.step }),
  }
  const followers = input.step === undefined ? unsetWrites(context, run, position, input.key) : []
  await finish(context, run, await putOnce(context, run, await toLogItem(item, log), followers, seen), input)
}

/** Completes the search index. Only keys of the run itself are searchable. */
async function finish(context: Context, run: RunHead, log: WrittenLog, { key, step }: Unset): Promise<void> {
  if (step === undefined) await finishIndex(context, run, log, (at) => unsetWrites(context, run, at, key))
}
