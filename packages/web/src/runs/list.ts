import type { ListedRun, ListOptions } from '@runmeta/sdk'
import { useEffect, useRef } from 'preact/hooks'
import { type Listing, useListing } from '../app/listing.ts'
import { client } from '../app/session.ts'

const FIRST_PAGE_SIZE = 50
const PAGE_SIZE = 200
/** If more runs than this are new at once, the list is read from its beginning. */
const MAX_NEW = 1000
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
  const latest = useRef(list)
  latest.current = list
  useEffect(() => pollForChanges(options, latest), [cause])
  return list
}

const listed = (options: ListOptions) => client.peek().listPipelineRuns(options)

/** Begins with a short page, which arrives sooner. The long pages that follow begin with the same runs. */
async function* runsOf(options: ListOptions): AsyncGenerator<ListedRun, void, undefined> {
  const first = new Set<string>()
  for await (const run of listed({ ...options, pageSize: FIRST_PAGE_SIZE })) {
    yield run
    first.add(run.id)
    if (first.size === FIRST_PAGE_SIZE) break
  }
  if (first.size < FIRST_PAGE_SIZE) return
  let isBelow = false
  for await (const run of listed({ ...options, pageSize: PAGE_SIZE })) {
    // Newer runs belong above the first page: a poll adds them there.
    isBelow ||= first.has(run.id)
    if (isBelow) yield run
  }
}

/** Polls for changes while the browser tab is visible. */
function pollForChanges(options: ListOptions, list: { readonly current: Listing<ListedRun> }): () => void {
  const controller = new AbortController()
  const { signal } = controller
  let timer: ReturnType<typeof setTimeout>
  const poll = async (): Promise<void> => {
    const started = performance.now()
    const { items, isPrevious, isLoading } = list.current
    if (!document.hidden && !(isPrevious && isLoading)) {
      const known = new Set(isPrevious ? [] : items.map(({ id }) => id))
      const newest = await readNewest({ ...options, signal }, known).catch(() => undefined)
      if (newest !== undefined && !signal.aborted) {
        if (newest === 'too many') list.current.retry()
        else list.current.change((runs) => merged(runs, newest))
      }
    }
    if (!signal.aborted) timer = setTimeout(poll, Math.max(POLL_EVERY_MS, POLL_FACTOR * (performance.now() - started)))
  }
  timer = setTimeout(poll, POLL_EVERY_MS)
  return () => {
    controller.abort()
    clearTimeout(timer)
  }
}

/** The beginning of a list. */
interface Newest {
  readonly runs: readonly ListedRun[]
  /** Whether these are all. */
  readonly isAll: boolean
}

/** Reads the first page, and on until a known run, so that no run between the two is missed. */
async function readNewest(options: ListOptions, known: ReadonlySet<string>): Promise<Newest | 'too many'> {
  const first = await listed(options).first(FIRST_PAGE_SIZE)
  const isAll = first.length < FIRST_PAGE_SIZE
  if (isAll || first.some(({ id }) => known.has(id))) return { runs: first, isAll }
  if (known.size === 0) return 'too many'
  const runs: ListedRun[] = []
  for await (const run of listed({ ...options, pageSize: PAGE_SIZE })) {
    runs.push(run)
    if (known.has(run.id)) return { runs, isAll: false }
    if (runs.length === MAX_NEW) return 'too many'
  }
  return { runs, isAll: true }
}

/** Merges the newly read beginning of a list into it: adds new runs, replaces changed ones, removes deleted ones. */
function merged(runs: readonly ListedRun[], newest: Newest): readonly ListedRun[] {
  const ids = new Set(newest.runs.map(({ id }) => id))
  const known = new Set(runs.map(({ id }) => id))
  const added = newest.runs.filter(({ id }) => !known.has(id)).length
  // The number of runs that are at the beginning of the list unless they were deleted.
  const covered = newest.isAll ? runs.length : newest.runs.length - added
  const rest = runs.filter(({ id }, index) => !ids.has(id) && index >= covered)
  const all = [...newest.runs, ...rest]
  return all.length === runs.length && all.every((run, index) => isSame(run, runs[index])) ? runs : all
}

const isSame = (one: ListedRun, other: ListedRun | undefined): boolean =>
  other !== undefined && one.id === other.id && signatureOf(one) === signatureOf(other)

const signatureOf = ({ name, status, endedAt, pipeline, startedAt, selected }: ListedRun): string =>
  JSON.stringify([name, status, endedAt, pipeline, startedAt, selected])
