import { pageMembers } from '../fold/page.ts'
import type { RunPage } from './get.ts'
import { shown } from './item.ts'

/** A run with a page of its metadata as JSON. Joined, not printed: the values are the very texts that were logged. */
export function runJson({ page, metadataNext, ...run }: RunPage): string {
  const next = metadataNext === undefined ? '' : `,"metadataNext":${JSON.stringify(metadataNext)}`
  return `${JSON.stringify(shown(run)).slice(0, -1)},${pageMembers(page)}${next}}`
}
