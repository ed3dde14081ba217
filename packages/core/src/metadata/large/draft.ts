import { randomBytes } from 'node:crypto'
import type { Server } from '../../context.ts'
import { optionalString, present, requiredNumber, requiredString } from '../../table/attribute.ts'
import { attemptOf, DRAFT_INDEX_PK, draftIndexSk, draftKey, runKeyOf } from '../../table/keys.ts'
import type { IndexEntry, Item, Key, Table } from '../../table/port.ts'
import { partKeys, putParts } from './part.ts'

/**
 * Drafts: how what a large log wrote is found again where its writer did not live to write the log itself.
 *
 * A log's key holds nothing, a void with a mark of its own, or the log. It never holds again what it held before: a log stays
 * for good, a mark is never used twice. Each attempt at a large log is bound to what the key held when it began, says so in
 * its draft, and puts its log in the place of just that. So once the key holds anything else, the attempt can never succeed:
 * the sweep sees to that, by a void where need be, and only then removes the attempt's parts. It rests on no clock: one that
 * is wrong makes a writer begin again.
 */

/** Milliseconds after which a draft is looked at: by then all but a frozen writer have written their log, or given up. */
const FIRST_LOOK_MS = 3_600_000
/** Milliseconds until the second look, which takes parts that a writer thawed since has added. */
const SECOND_LOOK_MS = 86_400_000
const ATTEMPT_BYTES = 16

const unique = (): string => randomBytes(ATTEMPT_BYTES).toString('hex')
const dueIn = ({ clock }: Pick<Server, 'clock'>, ms: number, attempt: string): string =>
  draftIndexSk(new Date(clock.now() + ms).toISOString(), attempt)

/**
 * Leaves word of an attempt at a large log, then writes its parts.
 * @param mark of the void that the log is to take the place of; nothing where its key holds nothing.
 * @returns The attempt, by which the log finds its parts.
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

/** Makes the key hold what it never held: a void. @returns false where it holds something else than `mark` says already. */
async function writePlaceholder(table: Table, key: Key, fence: string | undefined): Promise<boolean> {
  const next = { fence: unique() }
  if (fence === undefined) return (await table.put({ ...key, ...next }, { exists: false })) !== undefined
  return (await table.update(key, { exists: true, equals: { fence } }, { set: next })) !== undefined
}

/** Whether a log's key still holds what an attempt was bound to, so that the attempt could yet succeed. */
const isBound = (held: Item | undefined, fence: string | undefined): boolean =>
  held === undefined ? fence === undefined : held.fence !== undefined && held.fence === fence

/**
 * Removes what an attempt at a large log left behind, unless the log is there. It can stop anywhere and be done again.
 * @param entry its entry of the list, which says that it is due.
 * @returns Whether the draft is gone.
 */
export async function sweepDraft(server: Pick<Server, 'table' | 'clock'>, entry: IndexEntry): Promise<boolean> {
  const { table } = server
  const key = { pk: entry.pk, sk: entry.sk }
  const draft = await table.get(key)
  // Another sweep has looked meanwhile: the second look is not due before its own time.
  if (draft?.indexSk !== entry.indexSk) return false
  const attempt = attemptOf(key)
  const parts = partKeys(key.pk, attempt, requiredNumber(draft, 'parts'))
  const log = { pk: key.pk, sk: requiredString(draft, 'log') }
  const [run, held] = await Promise.all([table.get(runKeyOf(key)), table.get(log)])
  if (run?.deletedAt !== undefined) {
    // Nobody reads a deleted run, and the deletion is over: all that came after it goes, a void included.
    await table.removeMany([...parts, log, key])
    return true
  }
  if (held?.source === attempt) return table.remove(key, { exists: true })
  const fence = optionalString(draft, 'fence')
  // Somebody else moved it on in this moment, or the client met its own first try: the next sweep sees which.
  if (isBound(held, fence) && !(await writePlaceholder(table, log, fence))) return false
  await table.removeMany(parts)
  if (draft.isSecond === true) return table.remove(key, { exists: true })
  const second = { indexSk: dueIn(server, SECOND_LOOK_MS, attempt), isSecond: true }
  await table.update(key, { exists: true, equals: { indexSk: entry.indexSk } }, { set: second })
  return false
}
