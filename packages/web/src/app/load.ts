import { useSignalEffect } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import { during, isLost } from './connection.ts'

/** What is loaded, with what was there before while it is loaded again. */
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

/** Loads when the page is shown and whenever `cause` changes; gives up what is not needed any more. */
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

/** Calls when a server that was lost answers again. */
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
