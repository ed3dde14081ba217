import { shown } from '../run/record.ts'
import type { RunPage } from './get.ts'
import type { HistoryPage } from './history.ts'
import { pageMembers } from './page.ts'

/** A run with a page of its metadata as JSON, joined from the texts that were logged. */
export function runJson({ page, metadataNext, ...run }: RunPage): string {
  const next = metadataNext === undefined ? '' : `,"metadataNext":${JSON.stringify(metadataNext)}`
  return `${JSON.stringify(shown(run)).slice(0, -1)},${pageMembers(page)}${next}}`
}

/** A page of a history as JSON. */
export function historyJson({ entries, next }: HistoryPage): string {
  const cursor = next === undefined ? '' : `,"next":${JSON.stringify(next)}`
  return `{"entries":[${entries.join(',')}]${cursor}}`
}
