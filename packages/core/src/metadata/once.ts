import { createHash, randomBytes } from 'node:crypto'
import type { Context, RunHead } from '../context.ts'
import { Failure } from '../failure.ts'
import { isExpired } from '../run/cache.ts'
import { notFound } from '../run/find.ts'
import { optionalString } from '../table/attribute.ts'
import { logKey, runKey, runPartition } from '../table/keys.ts'
import type { Item, Key, Write } from '../table/port.ts'
import { isPrompt } from './checkpoint/age.ts'
import { ensureVisible, runCheckFor } from './checkpoint/ensure-visible.ts'
import { begin } from './large/draft.ts'
import { headOf, type LogHead, type LogItem } from './log.ts'
import type { WrittenLog } from './searchable.ts'

const ID_BYTES = 16
/** A try fails only if the sweep wrote a placeholder in between, so this many do not fail in a row. */
const MAX_TRIES = 8

/** The key of a log. Its id is a hash of the idempotency key, so that a retry gets the same key; without one it is random. */
export function logKeyFor({ project }: Context, runId: string, idempotencyKey: string | undefined): Key {
  if (idempotencyKey === undefined) return logKey(project, runId, randomBytes(ID_BYTES).toString('hex'))
  const identity = `${runPartition(project, runId)}\n${idempotencyKey}`
  const id = createHash('sha256')
    .update(identity)
    .digest('hex')
    .slice(0, ID_BYTES * 2)
  return logKey(project, runId, id)
}

/** The state of a log's key: a log, a placeholder with a fencing token, or no item. A log can replace only the last two. */
export interface KeyState {
  readonly log?: LogHead
  readonly fence?: string
  /** Whether this request wrote the log's rows with it. */
  readonly hasRows?: boolean
  /** Whether the run is known to have existed when the log was written. */
  readonly hasSeenRun?: boolean
}

/** @throws Failure `idempotency_key_reused` if the stored log has different content */
function keyStateOf(item: Item | undefined, digest: Uint8Array): KeyState {
  if (item === undefined) return {}
  const fence = optionalString(item, 'fence')
  if (fence !== undefined) return { fence }
  const log = headOf(item)
  if (Buffer.from(digest).equals(log.digest)) return { log }
  const advice = 'use a new key for a new log'
  throw new Failure(
    'idempotency_key_reused',
    `Idempotency-Key: already used for a log or an unset with another body, key or step; ${advice}`,
  )
}

/**
 * Looks for a log that was stored by an earlier try, and makes it visible to readers.
 * @throws Failure `idempotency_key_reused` if the stored log has different content
 */
export async function findEarlierLog(context: Context, runId: string, key: Key, digest: Uint8Array): Promise<KeyState> {
  const item = await context.table.get(key)
  const found = keyStateOf(item, digest)
  if (item !== undefined && found.log !== undefined) await ensureVisible(context, runId, item)
  return found
}

/** Stores a log if its key has no item, or the placeholder in `seen`. @returns the state of the key afterwards */
async function put(
  context: Context,
  run: RunHead,
  item: Item,
  { fence }: KeyState,
  followers: readonly Write[],
): Promise<KeyState> {
  const { table, project } = context
  const runId = run.id
  const log = headOf(item)
  if (fence === undefined) {
    const written = await table.put(item, { exists: false }, followers, runCheckFor(context, run, log.position))
    if (written !== undefined) {
      const { date } = written
      // Expiry does not change the record, so check it here.
      const hasSeenRun = written.hasPassedCheck && !isExpired(context, run)
      if (!hasSeenRun && !isPrompt(table, date, log.position)) await ensureVisible(context, runId, item)
      return { log, hasRows: true, hasSeenRun }
    }
  } else {
    const { pk, sk, ...set } = item
    if (
      (await table.update({ pk, sk }, { exists: true, equals: { fence } }, { set, remove: ['fence'] })) !== undefined
    ) {
      await ensureVisible(context, runId, item)
      return { log }
    }
  }
  // Another try wrote the log. `ensureVisible` needs a record that was read after that.
  const key = runKey(project, runId)
  const found = await table.getMany([item, key])
  const there = found.find(({ sk }) => sk === item.sk)
  // Logs and placeholders are only removed together with their run.
  if (there === undefined) throw notFound()
  const seen = keyStateOf(there, log.digest)
  const record = found.find(({ sk }) => sk === key.sk)
  if (seen.log !== undefined) await ensureVisible(context, runId, there, record)
  return seen
}

export const writtenLogOf = (head: LogHead, { hasRows = false, hasSeenRun = false }: KeyState): WrittenLog => ({
  head,
  hasRows,
  hasSeenRun,
})

/** Stores a log once, with its rows. @returns the stored log, which may be from an earlier try and is visible to readers */
export async function putOnce(
  context: Context,
  run: RunHead,
  { item, parts }: LogItem,
  followers: readonly Write[],
  seen: KeyState = {},
): Promise<WrittenLog> {
  let found = seen
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (found.log !== undefined) return writtenLogOf(found.log, found)
    const whole = parts.length === 0 ? item : { ...item, source: await begin(context, item, parts, found.fence) }
    found = await put(context, run, whole, found, followers)
  }
  if (found.log !== undefined) return writtenLogOf(found.log, found)
  throw new Failure('store_unavailable', 'could not store the log after several attempts; retry')
}
