import { createHash, randomBytes } from 'node:crypto'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { notFound } from '../reference/find.ts'
import { logKey, runPartition } from '../store/item.ts'
import type { Item, Key } from '../store/store.ts'
import { headOf, type LogHead } from './item.ts'

const ID_BYTES = 16

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

/**
 * The earlier sending of a log, if there is one.
 * @throws Failure `idempotency_key_reused` where what was sent then says something else.
 */
export async function earlierSending({ store }: Context, key: Key, digest: Uint8Array): Promise<LogHead | undefined> {
  const item = await store.get(key)
  if (item === undefined) return undefined
  const head = headOf(item)
  if (Buffer.from(digest).equals(head.digest)) return head
  const advice = 'use a new key for a new log'
  throw new Failure('idempotency_key_reused', `Idempotency-Key: belongs to a log with another body; ${advice}`)
}

/** Writes a log unless it was sent before. @returns The head of the one that is there then. */
export async function putOnce(context: Context, item: Item): Promise<LogHead> {
  const head = headOf(item)
  if (await context.store.putIfAbsent(item)) return head
  const earlier = await earlierSending(context, item, head.digest)
  // Logs go with their run only.
  if (earlier === undefined) throw notFound()
  return earlier
}
