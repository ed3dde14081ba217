import { useSignalEffect } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import { isLost, withProgress } from './connection.ts'

interface Loaded<Result> {
  /** The latest result. A reload keeps it until the next one. */
  readonly value: Result | undefined
  readonly error: unknown
  readonly reload: () => void
}

/** Loads when the page is shown and whenever `cause` changes. Aborts loads that are no longer needed. */
export function useLoad<Result>(cause: string, load: (signal: AbortSignal) => Promise<Result>): Loaded<Result> {
  const [state, setState] = useState<Omit<Loaded<Result>, 'reload'>>({ value: undefined, error: undefined })
  const [tries, setTries] = useState(0)
  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    void withProgress(load(signal)).then(
      (value) => signal.aborted || setState({ value, error: undefined }),
      (error: unknown) => signal.aborted || setState(({ value }) => ({ value, error })),
    )
    return () => controller.abort()
  }, [cause, tries])
  const reload = () => setTries((count) => count + 1)
  useReconnect(state.error !== undefined, reload)
  return { ...state, reload }
}

/** Calls a function when a lost server responds again. */
export function useReconnect(isNeeded: boolean, back: () => void): void {
  const latest = useRef({ isNeeded, back })
  latest.current = { isNeeded, back }
  const wasLost = useRef(false)
  useSignalEffect(() => {
    const isLostNow = isLost.value
    if (wasLost.current && !isLostNow && latest.current.isNeeded) latest.current.back()
    wasLost.current = isLostNow
  })
}
