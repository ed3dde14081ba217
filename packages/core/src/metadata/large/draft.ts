import { randomBytes } from 'node:crypto'
import type { Server } from '../../context.ts'
import { optionalString, present, requiredNumber, requiredString } from '../../table/attribute.ts'
import { attemptOf, DRAFT_INDEX_PK, draftIndexSk, draftKey, runKeyOf } from '../../table/keys.ts'
import type { IndexEntry, Item, Key, Table } from '../../table/port.ts'
import { partKeys, putParts } from './part.ts'

/**
 * A draft lists the parts of a large log, so that the sweep can remove them if the writer never stores the log itself.
 *
 * A log's key goes from empty to placeholder to log, and never back. A placeholder has a fencing token, and the sweep may
 * replace it with one that has a new token. Each attempt at a large log stores in its draft the state of the key when it began, and
 * stores its log only if the key is still in that state. Once the state has changed, the attempt can never succeed. So the
 * sweep first changes the state, by a new placeholder if necessary, and then removes the attempt's parts. This is safe with
 * any clock: if a clock is wrong, a writer only has to start again.
 */

/** When the sweep first checks a draft. By then only a suspended writer can still be at work. */
const FIRST_LOOK_MS = 3_600_000
/** When the sweep checks again, to remove parts that a writer has added after it was suspended. */
const SECOND_LOOK_MS = 86_400_000
const ATTEMPT_BYTES = 16

const unique = (): string => randomBytes(ATTEMPT_BYTES).toString('hex')
const dueIn = ({ clock }: Pick<Server, 'clock'>, ms: number, attempt: string): string =>
  draftIndexSk(new Date(clock.now() + ms).toISOString(), attempt)

/**
 * Writes the draft of an attempt at a large log, then its parts.
 * @param fence - The fencing token of the placeholder at the log's key; undefined if the key is empty.
 * @returns the id of the attempt, which the log stores as `source`
 */
export async function begin(
  server: Pick<Server, 'table' | 'clock'>,
  { pk, sk }: Key,
  parts: readonly Uint8Array[],
  fence: string | undefined,
): Promise<string> {
  const attempt = unique()
  const draft = {
    indexPk: DRAFT_INDEX_PK,
    indexSk: dueIn(server, FIRST_LOOK_MS, attempt),
    log: sk,
    parts: parts.length,
  }
  await server.table.put({ ...draftKey(pk, attempt), ...draft, ...present({ fence }) }, { exists: false })
  await putParts(server.table, pk, attempt, parts)
  return attempt
}

/** Writes a placeholder with a new fencing token. @returns false if the key is no longer in the state of `fence` */
async function writePlaceholder(table: Table, key: Key, fence: string | undefined): Promise<boolean> {
  const next = { fence: unique() }
  if (fence === undefined) return (await table.put({ ...key, ...next }, { exists: false })) !== undefined
  return (await table.update(key, { exists: true, equals: { fence } }, { set: next })) !== undefined
}

/** Whether an attempt could still succeed. */
const maySucceed = (stored: Item | undefined, fence: string | undefined): boolean =>
  stored === undefined ? fence === undefined : fence !== undefined && stored.fence === fence

/**
 * Removes the parts of an attempt whose draft is due, unless it stored its log. It can stop anywhere and be repeated.
 * @returns whether the draft was removed
 */
export async function sweepDraft(server: Pick<Server, 'table' | 'clock'>, entry: IndexEntry): Promise<boolean> {
  const { table } = server
  const key = { pk: entry.pk, sk: entry.sk }
  const draft = await table.get(key)
  // Another sweep has checked it meanwhile, and the second check is not due yet.
  if (draft?.indexSk !== entry.indexSk) return false
  const attempt = attemptOf(key)
  const parts = partKeys(key.pk, attempt, requiredNumber(draft, 'parts'))
  const log = { pk: key.pk, sk: requiredString(draft, 'log') }
  const [run, stored] = await Promise.all([table.get(runKeyOf(key)), table.get(log)])
  if (run?.deletedAt !== undefined) {
    // Nobody reads a deleted run, so remove everything, including a placeholder.
    await table.removeMany([...parts, log, key])
    return true
  }
  if (stored?.source === attempt) return table.remove(key, { exists: true })
  const fence = optionalString(draft, 'fence')
  // Another request changed the key at this moment, or the client's retry met its own first try. Leave it to the next sweep.
  if (maySucceed(stored, fence) && !(await writePlaceholder(table, log, fence))) return false
  await table.removeMany(parts)
  if (draft.isSecond === true) return table.remove(key, { exists: true })
  const second = { indexSk: dueIn(server, SECOND_LOOK_MS, attempt), isSecond: true }
  await table.update(key, { exists: true, equals: { indexSk: entry.indexSk } }, { set: second })
  return false
}
