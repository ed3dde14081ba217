import type { ListedRun, ListOptions } from '@runmeta/sdk'
import { useEffect, useRef, useState } from 'preact/hooks'
import { during } from '../app/connection.ts'
import { useReturn } from '../app/load.ts'
import { client } from '../app/session.ts'

/** The size of the first page and of later pages. */
const FIRST_PAGE = 50
const PAGE = 200
/** The time between two polls for new runs: at least these milliseconds, and a multiple of the time that a poll takes. */
const POLL_EVERY_MS = 4000
const POLL_SHARE = 20
/** Milliseconds after which an unfinished search shows its first results. */
const SHOW_AFTER_MS = 300

export interface RunsList {
  readonly runs: readonly ListedRun[]
  /** Whether there are no more. */
  readonly isWhole: boolean
  readonly isLoading: boolean
  readonly error: unknown
  readonly more: () => void
  readonly reload: () => void
  /** Removes deleted runs. */
  readonly forget: (ids: readonly string[]) => void
}

interface State {
  readonly runs: readonly ListedRun[]
  readonly isWhole: boolean
  readonly isLoading: boolean
  readonly error: unknown
}

const EMPTY: State = { runs: [], isWhole: false, isLoading: true, error: undefined }

/** The runs of a list, as far as they were read. It reads more on demand, and polls for changes. */
export function useRuns(options: ListOptions): RunsList {
  const cause = JSON.stringify(options)
  const [state, setState] = useState<State>(EMPTY)
  const [tries, setTries] = useState(0)
  const reader = useRef<ListReader>(undefined)
  useEffect(() => {
    const begun = read(options, setState)
    reader.current = begun
    begun.more(FIRST_PAGE)
    const endPolls = pollForChanges(options, begun)
    return () => {
      endPolls()
      begun.end()
    }
  }, [cause, tries])
  const reload = () => setTries((count) => count + 1)
  useReturn(state.error !== undefined, reload)
  return {
    ...state,
    more: () => reader.current?.more(PAGE),
    reload,
    forget: (ids) => reader.current?.change((runs) => runs.filter(({ id }) => !ids.includes(id))),
  }
}

interface ListReader {
  more(count: number): void
  change(to: (runs: readonly ListedRun[]) => readonly ListedRun[]): void
  end(): void
}

/** Reads a list from its beginning. The previous runs stay visible until the first new ones arrive. */
function read(options: ListOptions, show: (change: (before: State) => State) => void): ListReader {
  const ending = new AbortController()
  const { signal } = ending
  const iterator = client
    .peek()
    .listPipelineRuns({ ...options, pageSize: PAGE, signal })
    [Symbol.asyncIterator]()
  const first = client
    .peek()
    .listPipelineRuns({ ...options, pageSize: FIRST_PAGE, signal })
    [Symbol.asyncIterator]()
  let runs: ListedRun[] = []
  let isBusy = false
  let isWhole = false
  let isFirst = true
  show((before) => ({ ...before, isLoading: true, error: undefined }))

  const put = (isLoading: boolean): void => {
    if (!signal.aborted) show(() => ({ runs: [...runs], isWhole, isLoading, error: undefined }))
  }

  async function pull(count: number): Promise<void> {
    const source = isFirst ? first : iterator
    const seen = new Set(runs.map(({ id }) => id))
    let shown = performance.now()
    for (let found = 0; found < count; ) {
      const { value, done } = await source.next()
      if (done === true || value === undefined) {
        isWhole = true
        break
      }
      if (seen.has(value.id)) continue
      seen.add(value.id)
      runs.push(value)
      found++
      if (performance.now() - shown > SHOW_AFTER_MS) {
        shown = performance.now()
        put(true)
      }
    }
    isFirst = false
  }

  return {
    more(count) {
      if (isBusy || isWhole || signal.aborted) return
      isBusy = true
      if (!isFirst) put(true)
      void during(pull(count)).then(
        () => {
          isBusy = false
          put(false)
        },
        (error: unknown) => {
          isBusy = false
          if (!signal.aborted) show((before) => ({ ...before, isLoading: false, error }))
        },
      )
    },
    change(to) {
      const changed = to(runs)
      if (changed === runs) return
      runs = [...changed]
      put(isBusy)
    },
    end: () => ending.abort(),
  }
}

/** Polls the first page while the browser tab is visible. */
function pollForChanges(options: ListOptions, { change }: ListReader): () => void {
  const ending = new AbortController()
  const { signal } = ending
  let timer: ReturnType<typeof setTimeout>
  const poll = async (): Promise<void> => {
    const started = performance.now()
    if (!document.hidden) {
      const fresh = await client
        .peek()
        .listPipelineRuns({ ...options, signal })
        .first(FIRST_PAGE)
        .catch(() => undefined)
      if (fresh !== undefined && !signal.aborted) change((runs) => merged(runs, fresh))
    }
    if (!signal.aborted) timer = setTimeout(poll, Math.max(POLL_EVERY_MS, POLL_SHARE * (performance.now() - started)))
  }
  timer = setTimeout(poll, POLL_EVERY_MS)
  return () => {
    ending.abort()
    clearTimeout(timer)
  }
}

/** Merges a newly read first page into a list: adds new runs, replaces changed ones, removes deleted ones. */
function merged(runs: readonly ListedRun[], fresh: readonly ListedRun[]): readonly ListedRun[] {
  const ids = new Set(fresh.map(({ id }) => id))
  const known = new Set(runs.map(({ id }) => id))
  const added = fresh.filter(({ id }) => !known.has(id)).length
  // The runs of the old first page, without those that new runs pushed off it.
  const covered = fresh.length < FIRST_PAGE ? runs.length : Math.max(0, FIRST_PAGE - added)
  const rest = runs.filter(({ id }, index) => !ids.has(id) && index >= covered)
  const all = [...fresh, ...rest]
  return all.length === runs.length && all.every((run, index) => isSame(run, runs[index])) ? runs : all
}

const isSame = (one: ListedRun, other: ListedRun | undefined): boolean =>
  other !== undefined && one.id === other.id && signatureOf(one) === signatureOf(other)

const signatureOf = ({ name, status, endedAt, pipeline, startedAt, selected }: ListedRun): string =>
  JSON.stringify([name, status, endedAt, pipeline, startedAt, selected])
