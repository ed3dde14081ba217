import { present } from '../store/attribute.ts'
import type { HistoryEntry, HistoryPage } from './history.ts'

/** One entry as JSON: the value is the text that was logged, and the pointers of its types begin at it. */
function entryJson({ entry, logId, createdAt, author, step }: HistoryEntry): string {
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

/** A page of a history as JSON. */
export function historyJson({ entries, next }: HistoryPage): string {
  const cursor = next === undefined ? '' : `,"next":${JSON.stringify(next)}`
  return `{"entries":[${entries.map(entryJson).join(',')}]${cursor}}`
}
