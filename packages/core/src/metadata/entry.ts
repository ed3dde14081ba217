import type { Author } from '../context.ts'
import { present } from '../table/attribute.ts'
import type { StoredValue } from './log.ts'

/** The value that one log gave a key. */
export interface HistoryEntry {
  readonly value: StoredValue
  readonly logId: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly author: Author
  readonly step?: string
}

/** The author of a log, as shown in replies. */
export const authorJson = ({ keyId: id, keyName: name, isToken }: Author) => ({
  key: { id, name },
  ...(isToken ? { token: true } : {}),
})

/** An entry as JSON. The value is the text that was logged, and the pointers of `types` are relative to it. */
export function entryJson({ value, logId, createdAt, author, step }: HistoryEntry): string {
  const types = JSON.stringify(Object.fromEntries(value.types))
  const rest = JSON.stringify({
    log: logId,
    ...present({ step }),
    createdAt: new Date(createdAt).toISOString(),
    by: authorJson(author),
  })
  return `{"value":${value.text()},"types":${types},${rest.slice(1)}`
}
