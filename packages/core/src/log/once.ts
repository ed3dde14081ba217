import { createHash, randomBytes } from 'node:crypto'
import { isPrompt, verify } from '../checkpoint/verify.ts'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { notFound } from '../reference/find.ts'
import { logKey, runKey, runPartition } from '../store/item.ts'
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

/** Refuses another log under the idempotency key of the one that is there. */
function sameLog(item: Item, digest: Uint8Array): LogHead {
  const head = headOf(item)
  if (Buffer.from(digest).equals(head.digest)) return head
  const advice = 'use a new key for a new log'
  throw new Failure('idempotency_key_reused', `Idempotency-Key: belongs to a log with another body; ${advice}`)
}

/**
 * The earlier sending of a log, if there is one, which is read from now on.
 * @throws Failure `idempotency_key_reused` where what was sent then says something else.
 */
export async function earlierSending(
  context: Context,
  runId: string,
  key: Key,
  digest: Uint8Array,
): Promise<LogHead | undefined> {
  const item = await context.store.get(key)
  if (item === undefined) return undefined
  const head = sameLog(item, digest)
  await verify(context, runId, item)
  return head
}

/** Writes a log unless it was sent before. @returns The head of the one that is there then, and is read from now on. */
export async function putOnce(context: Context, runId: string, item: Item): Promise<LogHead> {
  const { store, project } = context
  const head = headOf(item)
  const written = await store.putIfAbsent(item)
  if (written !== undefined) {
    if (!isPrompt(written, head.position)) await verify(context, runId, item)
    return head
  }
  // The log was there before this look at the record.
  const key = runKey(project, runId)
  const found = await store.getMany([item, key])
  const earlier = found.find(({ sk }) => sk === item.sk)
  // Logs go with their run only.
  if (earlier === undefined) throw notFound()
  const same = sameLog(earlier, head.digest)
  await verify(
    context,
    runId,
    earlier,
    found.find(({ sk }) => sk === key.sk),
  )
  return same
}
