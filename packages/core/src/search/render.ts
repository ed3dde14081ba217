import type { SearchPage } from './search.ts'

/** A page of runs as JSON. */
export function pageJson({ runs, order, next }: SearchPage): string {
  const cursor = next === undefined ? '' : `,"next":${JSON.stringify(next)}`
  return `{"runs":[${runs.join(',')}],"order":${JSON.stringify(order)}${cursor}}`
}
