import type { ListedRun, ListOptions } from '@runmeta/sdk'
import { useEffect } from 'preact/hooks'
import { type Listing, useListing } from '../app/listing.ts'
import { client } from '../app/session.ts'

const FIRST_PAGE_SIZE = 50
const PAGE_SIZE = 200
/** The time between two polls for new runs: at least these milliseconds, and a multiple of the time that a poll takes. */
const POLL_EVERY_MS = 4000
const POLL_FACTOR = 20

/** The runs of a list, which polls for changes. */
export function useRuns(options: ListOptions): Listing<ListedRun> {
  const cause = JSON.stringify(options)
  const list = useListing({
    cause,
    open: (signal) => runsOf({ ...options, signal }),
    idOf: ({ id }) => id,
    isEnough: (runs) => runs.length >= FIRST_PAGE_SIZE,
    pageSize: PAGE_SIZE,
  })
  useEffect(() => pollForChanges(options, list.change), [cause])
  return list
}

/** Begins with a short page, which arrives sooner. The long pages that follow begin with the same runs. */
async function* runsOf(options: ListOptions): AsyncGenerator<ListedRun, void, undefined> {
  let count = 0
  for await (const run of client.peek().listPipelineRuns({ ...options, pageSize: FIRST_PAGE_SIZE })) {
    yield run
    count++
    if (count === FIRST_PAGE_SIZE) break
  }
  if (count === FIRST_PAGE_SIZE) yield* client.peek().listPipelineRuns({ ...options, pageSize: PAGE_SIZE })
}

/** Polls the first page while the browser tab is visible. */
function pollForChanges(options: ListOptions, change: Listing<ListedRun>['change']): () => void {
  const controller = new AbortController()
  const { signal } = controller
  let timer: ReturnType<typeof setTimeout>
  const poll = async (): Promise<void> => {
    const started = performance.now()
    if (!document.hidden) {
      const fresh = await client
        .peek()
        .listPipelineRuns({ ...options, signal })
        .first(FIRST_PAGE_SIZE)
        .catch(() => undefined)
      if (fresh !== undefined && !signal.aborted) change((runs) => merged(runs, fresh))
    }
    if (!signal.aborted) timer = setTimeout(poll, Math.max(POLL_EVERY_MS, POLL_FACTOR * (performance.now() - started)))
  }
  timer = setTimeout(poll, POLL_EVERY_MS)
  return () => {
    controller.abort()
    clearTimeout(timer)
  }
}

/** Merges a newly read first page into a list: adds new runs, replaces changed ones, removes deleted ones. */
function merged(runs: readonly ListedRun[], fresh: readonly ListedRun[]): readonly ListedRun[] {
  const ids = new Set(fresh.map(({ id }) => id))
  const known = new Set(runs.map(({ id }) => id))
  const added = fresh.filter(({ id }) => !known.has(id)).length
  // The runs of the old first page, without those that new runs pushed off it.
  const covered = fresh.length < FIRST_PAGE_SIZE ? runs.length : Math.max(0, FIRST_PAGE_SIZE - added)
  const rest = runs.filter(({ id }, index) => !ids.has(id) && index >= covered)
  const all = [...fresh, ...rest]
  return all.length === runs.length && all.every((run, index) => isSame(run, runs[index])) ? runs : all
}

const isSame = (one: ListedRun, other: ListedRun | undefined): boolean =>
  other !== undefined && one.id === other.id && signatureOf(one) === signatureOf(other)

const signatureOf = ({ name, status, endedAt, pipeline, startedAt, selected }: ListedRun): string =>
  JSON.stringify([name, status, endedAt, pipeline, startedAt, selected])
