import { type HistoryEntry, KeyNotFoundError, type PipelineRun } from '@runmeta/sdk'
import { useEffect, useRef } from 'preact/hooks'
import type { Listing } from '../app/listing.ts'

/** The number of newest entries that are read again: a log may become visible after a newer one. */
const NEWEST_COUNT = 50

type Read = (pageSize: number, signal: AbortSignal) => AsyncIterable<HistoryEntry>

/** Adds the entries that were logged since the history was read, each time that the run has changed. */
export function useNewest(history: Listing<HistoryEntry>, run: PipelineRun | undefined, read: Read): void {
  const done = useRef<PipelineRun>(undefined)
  const { items, isLoading, error, retry, change } = history
  useEffect(() => {
    if (run === undefined || run === done.current || isLoading) return
    const hasEnded = done.current === undefined && run.status !== 'running'
    if (hasEnded || error !== undefined) {
      done.current = run
      if (!hasEnded && error instanceof KeyNotFoundError) retry()
      return
    }
    const controller = new AbortController()
    const { signal } = controller
    void newestOf(read(NEWEST_COUNT, signal), items).then(
      (newest) => {
        if (signal.aborted) return
        done.current = run
        change((entries) => merged(entries, newest))
      },
      // A failure of the server also ends the reading of the run, which is then retried.
      () => undefined,
    )
    return () => controller.abort()
  }, [run, isLoading, error])
}

/** Reads at least until an entry that is known. */
async function newestOf(source: AsyncIterable<HistoryEntry>, entries: readonly HistoryEntry[]) {
  const known = new Set(entries.map(({ log }) => log))
  const newest: HistoryEntry[] = []
  for await (const entry of source) {
    newest.push(entry)
    if (newest.length >= NEWEST_COUNT && known.has(entry.log)) break
  }
  return newest
}

function merged(entries: readonly HistoryEntry[], newest: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const logs = new Set(newest.map(({ log }) => log))
  const rest = entries.filter(({ log }) => !logs.has(log))
  return newest.length + rest.length === entries.length ? entries : [...newest, ...rest]
}
