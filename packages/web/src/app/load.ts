import { useSignalEffect } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import { during, isLost } from './connection.ts'

/** The state of loading. During a reload it keeps the previous result. */
export interface Loaded<Result> {
  readonly value: Result | undefined
  readonly error: unknown
  readonly isLoading: boolean
  readonly reload: () => void
}

interface State<Result> {
  readonly value: Result | undefined
  readonly error: unknown
  readonly isLoading: boolean
}

/** Loads when the page is shown and whenever `cause` changes. Aborts loads that are no longer needed. */
export function useLoad<Result>(cause: string, load: (signal: AbortSignal) => Promise<Result>): Loaded<Result> {
  const [state, setState] = useState<State<Result>>({ value: undefined, error: undefined, isLoading: true })
  const [tries, setTries] = useState(0)
  useEffect(() => {
    const ending = new AbortController()
    setState((before) => ({ ...before, isLoading: true }))
    void during(load(ending.signal)).then(
      (value) => ending.signal.aborted || setState({ value, error: undefined, isLoading: false }),
      (error: unknown) =>
        ending.signal.aborted ||
        setState((before) => ({ ...before, error: error ?? new Error('failed'), isLoading: false })),
    )
    return () => ending.abort()
  }, [cause, tries])
  const reload = () => setTries((count) => count + 1)
  useReturn(state.error !== undefined, reload)
  return { ...state, reload }
}

/** Calls a function when a lost server responds again. */
export function useReturn(isNeeded: boolean, back: () => void): void {
  const latest = useRef({ isNeeded, back })
  latest.current = { isNeeded, back }
  const wasLost = useRef(false)
  useSignalEffect(() => {
    const isLostNow = isLost.value
    if (wasLost.current && !isLostNow && latest.current.isNeeded) latest.current.back()
    wasLost.current = isLostNow
  })
}
