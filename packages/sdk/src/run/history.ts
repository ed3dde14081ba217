import { checkFields, checkIdempotencyKey } from '../fields.ts'
import { isDisabled, randomId } from '../host.ts'
import { decodePage, pagesOf } from '../http/pages.ts'
import { isDone } from '../http/remove.ts'
import { send } from '../http/send.ts'
import type { Connection } from '../options.ts'
import { textsIn } from '../value/json.ts'
import { reader } from '../value/read.ts'
import { restore } from '../value/restore.ts'
import { isValueObject, type Value, type ValueObject } from '../value/value.ts'
import { HISTORY_FIELDS, type HistoryEntry, type HistoryOptions, UNSET_FIELDS, type UnsetOptions } from './options.ts'
import { queryOf, runPath } from './path.ts'

/** See {@link Client.history}. */
export async function* history(
  connection: Connection,
  reference: string,
  key: string,
  options: HistoryOptions,
): AsyncGenerator<HistoryEntry, void, undefined> {
  checkFields('history', options, HISTORY_FIELDS, { aliases: { limit: 'pageSize' } })
  const { step, pageSize: limit, exact, signal } = options
  const read = reader(connection.numbers)
  const pages = pagesOf((cursor) => {
    const path = `${runPath(reference)}/history${queryOf({ key, step, limit, cursor, exact })}`
    const decode = ({ entries, next }: ValueObject) => decodePage(entries, next, decodeEntry)
    return send(connection, { method: 'GET', path, signal, read, decode })
  })
  for await (const entries of pages) yield* entries
}

/** See {@link Client.unset}. */
export async function unset(
  connection: Connection,
  reference: string,
  key: string,
  options: UnsetOptions,
): Promise<void> {
  if (isDisabled()) return
  checkFields('unset', options, UNSET_FIELDS)
  const { step, idempotencyKey = randomId(), exact, signal } = options
  checkIdempotencyKey(idempotencyKey)
  const path = `${runPath(reference)}/metadata${queryOf({ key, step, exact })}`
  await send(connection, { method: 'DELETE', path, idempotencyKey, signal, decode: isDone })
}

function decodeEntry(entry: Value): HistoryEntry | undefined {
  if (!isValueObject(entry) || !isValueObject(entry.types) || entry.value === undefined) return undefined
  const { value, types, by } = entry
  const texts = textsIn<Pick<HistoryEntry, 'log' | 'createdAt' | 'step'>>(entry, ['log', 'createdAt'], ['step'])
  const author = isValueObject(by) ? by : {}
  const key = textsIn<HistoryEntry['by']['key']>(author.key, ['id', 'name'])
  if (texts === undefined || key === undefined) return undefined
  // Pointers are relative to the value, so put it under an empty member name.
  const placed = Object.fromEntries(Object.entries(types).map(([at, type]) => [`/${at}`, type]))
  const restored = restore({ '': value }, placed)[''] ?? null
  return { value: restored, ...texts, by: author.token === true ? { key, token: true } : { key } }
}
