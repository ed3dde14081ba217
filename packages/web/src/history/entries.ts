import type { HistoryEntry } from '@runmeta/sdk'
import { useEffect, useRef, useState } from 'preact/hooks'
import { during } from '../app/connection.ts'
import { useReturn } from '../app/load.ts'
import { client } from '../app/session.ts'
import { plottable } from '../value/value.ts'

const PAGE = 1000
/** The number of entries to read before scrolling if the values are not numbers: they may be large. */
const FIRST = 100
/** The number of entries to read automatically if the values are numbers, for the plot. */
const NUMBERS = 20_000
const SHOW_EVERY_MS = 400

export interface Entries {
  /** Newest first. */
  readonly entries: readonly HistoryEntry[]
  readonly isWhole: boolean
  readonly isLoading: boolean
  readonly error: unknown
  /** Reads on: one page, or to the end. */
  readonly more: (isAll?: boolean) => void
  readonly stop: () => void
}

interface State {
  readonly entries: readonly HistoryEntry[]
  readonly isWhole: boolean
  readonly isLoading: boolean
  readonly error: unknown
}

const EMPTY: State = { entries: [], isWhole: false, isLoading: true, error: undefined }

interface EntryReader {
  pull(count: number): void
  stop(): void
}

/** The part of a key's history that has been read so far. */
export function useEntries(reference: string, key: string, step: string | undefined): Entries {
  const [state, setState] = useState<State>(EMPTY)
  const [tries, setTries] = useState(0)
  const reader = useRef<EntryReader>(undefined)
  useEffect(() => {
    const ending = new AbortController()
    setState(EMPTY)
    const begun = read(reference, key, step, ending.signal, setState)
    reader.current = begun
    begun.pull(FIRST)
    return () => ending.abort()
  }, [reference, key, step, tries])
  useReturn(state.error !== undefined, () => setTries((count) => count + 1))
  return {
    ...state,
    more: (isAll) => reader.current?.pull(isAll === true ? Number.POSITIVE_INFINITY : PAGE),
    stop: () => reader.current?.stop(),
  }
}

function read(
  reference: string,
  key: string,
  step: string | undefined,
  signal: AbortSignal,
  show: (state: State) => void,
): EntryReader {
  const source = client
    .peek()
    .history(reference, key, { ...(step === undefined ? {} : { step }), pageSize: PAGE, signal })
  const entries: HistoryEntry[] = []
  let isWhole = false
  let isBusy = false
  let isStopped = false
  const put = (isLoading: boolean, error?: unknown): void => {
    if (!signal.aborted) show({ entries: [...entries], isWhole, isLoading, error })
  }
  async function pull(count: number): Promise<void> {
    let shown = performance.now()
    let most = entries.length + count
    while (entries.length < most && !isStopped && !signal.aborted) {
      const { value, done } = await source.next()
      if (done === true || value === undefined) {
        isWhole = true
        return
      }
      entries.push(value)
      if (entries.length === FIRST && plottable(value.value) !== undefined) most = Math.max(most, NUMBERS)
      if (performance.now() - shown > SHOW_EVERY_MS) {
        shown = performance.now()
        put(true)
      }
    }
  }
  return {
    pull(count) {
      if (isBusy || isWhole) return
      isBusy = true
      isStopped = false
      put(true)
      void during(pull(count)).then(
        () => {
          isBusy = false
          put(false)
        },
        (error: unknown) => {
          isBusy = false
          put(false, error)
        },
      )
    },
    stop: () => {
      isStopped = true
    },
  }
}
