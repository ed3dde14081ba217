import { createHash, randomBytes } from 'node:crypto'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { notFound } from '../reference/find.ts'
import { optionalString } from '../store/attribute.ts'
import { logKey, runPartition } from '../store/item.ts'
import type { Item, Key } from '../store/store.ts'
import { begin } from './draft.ts'
import { headOf, type LogHead, type LogItem } from './item.ts'

const ID_BYTES = 16
/** Each try but the last met a void that a sweep had only just put; nobody is that unlucky this often. */
const TRIES = 8

/** A log's key, by its id: the same for each sending under one idempotency key, and random without. */
export function keyFor({ project }: Context, runId: string, idempotencyKey: string | undefined): Key {
  if (idempotencyKey === undefined) return logKey(project, runId, randomBytes(ID_BYTES).toString('hex'))
  const identity = `${runPartition(project, runId)}\n${idempotencyKey}`
  const id = createHash('sha256')
    .update(identity)
    .digest('hex')
    .slice(0, ID_BYTES * 2)
  return logKey(project, runId, id)
}

/** What stands at a log's key: the log; or else nothing, or the void of this mark, either of which it may take the place of. */
export interface Standing {
  readonly log?: LogHead
  readonly mark?: string
}

/**
 * Looks for an earlier sending of a log.
 * @throws Failure `idempotency_key_reused` where what was sent then says something else.
 */
export async function standing({ store }: Context, key: Key, digest: Uint8Array): Promise<Standing> {
  const item = await store.get(key)
  if (item === undefined) return {}
  const mark = optionalString(item, 'void')
  if (mark !== undefined) return { mark }
  const log = headOf(item)
  if (Buffer.from(digest).equals(log.digest)) return { log }
  const advice = 'use a new key for a new log'
  throw new Failure('idempotency_key_reused', `Idempotency-Key: belongs to a log with another body; ${advice}`)
}

/** Puts a log where nothing stands, or in place of exactly the void that was seen there. @returns What stands there then. */
async function put(context: Context, item: Item, { mark }: Standing): Promise<Standing> {
  const log = headOf(item)
  const { pk, sk, ...set } = item
  const isPut =
    mark === undefined
      ? await context.store.putIfAbsent(item)
      : (await context.store.update({ pk, sk }, { void: mark }, { set, remove: ['void'] })) !== undefined
  if (isPut) return { log }
  const found = await standing(context, item, log.digest)
  // Logs and voids go with their run only.
  if (found.log === undefined && found.mark === undefined) throw notFound()
  return found
}

/** Writes a log unless it was sent before. @returns The head of the one that is there then. */
export async function putOnce(context: Context, { item, parts }: LogItem, seen: Standing = {}): Promise<LogHead> {
  let found = seen
  for (let tries = 0; tries < TRIES; tries++) {
    if (found.log !== undefined) return found.log
    const whole = parts.length === 0 ? item : { ...item, source: await begin(context, item, parts, found.mark) }
    found = await put(context, whole, found)
  }
  if (found.log !== undefined) return found.log
  throw new Failure('store_unavailable', 'the log was taken for one that was given up, again and again; send it again')
}
