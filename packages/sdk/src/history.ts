import type { CallOptions } from './run.ts'
import { restore } from './value/restore.ts'
import { isValueObject, type Value, type ValueObject } from './value/value.ts'

/** What a key was, by one log. */
export interface HistoryEntry {
  readonly value: Value
  /** The id of the log. */
  readonly log: string
  /** The step that the log named. */
  readonly step?: string
  /** RFC 3339, UTC, with milliseconds. */
  readonly createdAt: string
  /** Who logged. */
  readonly by: { readonly key: { readonly id: string; readonly name: string }; readonly token?: true }
}

/** Which history is read, and how. */
export interface HistoryOptions extends CallOptions {
  /** The step whose key it is. @default the key is the run's */
  readonly step?: string | undefined
  /** Entries fetched at once, 1 to 1,000. @default 100 */
  readonly pageSize?: number | undefined
}

export const HISTORY_FIELDS = ['step', 'pageSize', 'signal'] as const satisfies (keyof HistoryOptions)[]

/** Which key is unset, and how. */
export interface UnsetOptions extends CallOptions {
  /** The step whose key it is. @default the key is the run's */
  readonly step?: string | undefined
  /** Calls with the same key count once, 1 to 255 printable ASCII characters. @default a random one for each call */
  readonly idempotencyKey?: string | undefined
}

export const UNSET_FIELDS = ['step', 'idempotencyKey', 'signal'] as const satisfies (keyof UnsetOptions)[]

/** One page, as the API gives it. */
export interface HistoryPage {
  readonly entries: readonly HistoryEntry[]
  readonly next: string | undefined
}

/** A query string of what has a value, with its `?`. */
export function queryOf(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined)
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}

/** A page of a history; nothing where the API would not have replied so. */
export function decodeHistory({ entries, next }: ValueObject): HistoryPage | undefined {
  if (!Array.isArray(entries)) return undefined
  const decoded = entries.flatMap(decodeEntry)
  return decoded.length < entries.length
    ? undefined
    : { entries: decoded, next: typeof next === 'string' ? next : undefined }
}

function decodeEntry(entry: Value): HistoryEntry[] {
  if (!isValueObject(entry) || !isValueObject(entry.types) || entry.value === undefined) return []
  const { value, types, log, step, createdAt, by } = entry
  const author = isValueObject(by) && isValueObject(by.key) ? by.key : {}
  const { id, name } = author
  const texts = [log, createdAt, id, name]
  if (!isTexts(texts)) return []
  const [logId = '', time = '', keyId = '', keyName = ''] = texts
  const token = isValueObject(by) && by.token === true ? { token: true as const } : {}
  return [
    {
      // Pointers begin at the value, so it stands for a member whose name is empty.
      value:
        restore({ '': value }, Object.fromEntries(Object.entries(types).map(([at, type]) => [`/${at}`, type])))[''] ??
        null,
      log: logId,
      ...(typeof step === 'string' ? { step } : {}),
      createdAt: time,
      by: { key: { id: keyId, name: keyName }, ...token },
    },
  ]
}

const isTexts = (values: readonly (Value | undefined)[]): values is string[] =>
  values.every((value) => typeof value === 'string')
