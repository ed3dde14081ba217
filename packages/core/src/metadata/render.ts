import { shown } from '../run/record.ts'
import { present } from '../table/attribute.ts'
import type { RunPage } from './get.ts'
import type { HistoryEntry, HistoryPage } from './history.ts'
import { pageMembers } from './page.ts'

/** A run with a page of its metadata as JSON. Joined, not printed: the values are the very texts that were logged. */
export function runJson({ page, metadataNext, ...run }: RunPage): string {
  const next = metadataNext === undefined ? '' : `,"metadataNext":${JSON.stringify(metadataNext)}`
  return `${JSON.stringify(shown(run)).slice(0, -1)},${pageMembers(page)}${next}}`
}

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
