import { hash, randomBytes } from 'node:crypto'
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
import { headOf, type LogItem } from './log.ts'
import type { WrittenLog } from './searchable.ts'

const ID_BYTES = 16
/** A try fails only if the sweep wrote a placeholder in between, so this many do not fail in a row. */
const MAX_TRIES = 8

/** A log's id is a hash of its idempotency key, so that a retry gets the same key; without one it is random. */
export function logKeyFor({ project }: Context, runId: string, idempotencyKey: string | undefined): Key {
  const id =
    idempotencyKey === undefined
      ? randomBytes(ID_BYTES).toString('hex')
      : hash('sha256', `${runPartition(project, runId)}\n${idempotencyKey}`, 'hex').slice(0, ID_BYTES * 2)
  return logKey(project, runId, id)
}

/** What is at a log's key: a log, a placeholder with a fencing token, or nothing. A log can replace only the last two. */
export interface KeyState {
  readonly log?: WrittenLog
  readonly fence?: string
}

function keyStateOf(item: Item | undefined, digest: Uint8Array): KeyState {
  if (item === undefined) return {}
  const fence = optionalString(item, 'fence')
  if (fence !== undefined) return { fence }
  const head = headOf(item)
  if (Buffer.from(digest).equals(head.digest)) return { log: { head } }
  throw new Failure(
    'idempotency_key_reused',
    'Idempotency-Key: already used for a log or an unset with another body, key or step; use a new key for a new log',
  )
}

/** Looks for a log that an earlier try stored, and makes it visible to readers. @throws Failure `idempotency_key_reused` */
export async function findEarlierLog(context: Context, runId: string, key: Key, digest: Uint8Array): Promise<KeyState> {
  const item = await context.table.get(key)
  const found = keyStateOf(item, digest)
  if (item !== undefined && found.log !== undefined) await ensureVisible(context, runId, item)
  return found
}

/** Writes a log with its rows if its key has no item, or the placeholder `fence`. Undefined if another request changed the key. */
async function put(
  context: Context,
  run: RunHead,
  item: Item,
  fence: string | undefined,
  followers: readonly Write[],
): Promise<WrittenLog | undefined> {
  const { table } = context
  const head = headOf(item)
  if (fence !== undefined) {
    const { pk, sk, ...set } = item
    const replaced = await table.update({ pk, sk }, { exists: true, equals: { fence } }, { set, remove: ['fence'] })
    if (replaced === undefined) return undefined
    await ensureVisible(context, run.id, item)
    return { head }
  }
  const written = await table.put(item, { exists: false }, followers, runCheckFor(context, run, head.position))
  if (written === undefined) return undefined
  // Expiry does not change the record, so check it here.
  const hasSeenRun = written.hasPassedCheck && !isExpired(context, run)
  if (!hasSeenRun && !isPrompt(table, written.date, head.position)) await ensureVisible(context, run.id, item)
  return { head, hasRows: true, hasSeenRun }
}

/** Reads what another request wrote to a log's key. */
async function readConflict(context: Context, runId: string, item: Item): Promise<KeyState> {
  const { table, project } = context
  const key = runKey(project, runId)
  // `ensureVisible` needs a record that was read after the log was written.
  const found = await table.getMany([item, key])
  const there = found.find(({ sk }) => sk === item.sk)
  // Logs and placeholders are only removed together with their run.
  if (there === undefined) throw notFound()
  const state = keyStateOf(there, headOf(item).digest)
  const record = found.find(({ sk }) => sk === key.sk)
  if (state.log !== undefined) await ensureVisible(context, runId, there, record)
  return state
}

/** Stores a log once, with its rows. @returns the stored log, which may be from an earlier try. Readers see it. */
export async function putOnce(
  context: Context,
  run: RunHead,
  { item, parts }: LogItem,
  followers: readonly Write[],
  seen: KeyState = {},
): Promise<WrittenLog> {
  let state = seen
  for (let tries = 0; state.log === undefined; tries++) {
    if (tries === MAX_TRIES) {
      throw new Failure('store_unavailable', 'could not store the log after several attempts; retry')
    }
    const whole = parts.length === 0 ? item : { ...item, source: await begin(context, item, parts, state.fence) }
    const log = await put(context, run, whole, state.fence, followers)
    state = log === undefined ? await readConflict(context, run.id, whole) : { log }
  }
  return state.log
}
