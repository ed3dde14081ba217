import type { Author } from '../context.ts'
import { present } from '../table/attribute.ts'
import type { StoredValue } from './log.ts'

/** What a key was, by one log. */
export interface HistoryEntry {
  readonly entry: StoredValue
  readonly logId: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly author: Author
  readonly step?: string
}

/** One entry as JSON: the value is the text that was logged, and the pointers of its types begin at it. */
export function entryJson({ entry, logId, createdAt, author, step }: HistoryEntry): string {
  const types = JSON.stringify(Object.fromEntries(entry.types))
  const { keyId: id, keyName: name, isToken } = author
  const rest = JSON.stringify({
    log: logId,
    ...present({ step }),
    createdAt: new Date(createdAt).toISOString(),
    by: { key: { id, name }, ...(isToken ? { token: true } : {}) },
  })
  return `{"value":${entry.text()},"types":${types},${rest.slice(1)}`
}
