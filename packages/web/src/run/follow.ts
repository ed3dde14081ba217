import { type PipelineRun, RunNotFoundError } from '@runmeta/sdk'
import { useEffect, useState } from 'preact/hooks'
import { withProgress } from '../app/connection.ts'
import { useReconnect } from '../app/load.ts'
import { client } from '../app/session.ts'

/** Milliseconds between two reads of a running run. */
const FOLLOW_EVERY_MS = 2000
/** Milliseconds before a failed read is retried. */
const RETRY_MS = 5000

interface State {
  readonly run: PipelineRun | undefined
  readonly error: unknown
  readonly isFollowing: boolean
}

/** Reads a run and follows it while it is running, or reads it as of a moment. It reads nothing while it is paused. */
export function useRun(reference: string, at: string, isPaused: boolean): State & { reload: () => void } {
  const [state, setState] = useState<State>({ run: undefined, error: undefined, isFollowing: false })
  const [tries, setTries] = useState(0)
  useEffect(() => {
    if (isPaused) return
    const controller = new AbortController()
    const { signal } = controller
    const caller = client.peek()
    const show = (change: Partial<State>): void => {
      if (!signal.aborted) setState((before) => ({ ...before, ...change }))
    }
    async function follow(): Promise<void> {
      const news = caller.watch(reference, { interval: FOLLOW_EVERY_MS, signal })
      let { value: run } = await withProgress(news.next())
      while (run) {
        show({ run, error: undefined, isFollowing: run.status === 'running' })
        ;({ value: run } = await news.next())
      }
    }
    async function readOnce(): Promise<void> {
      const run = await withProgress(caller.getPipelineRun(reference, { at, signal }))
      show({ run, error: undefined, isFollowing: false })
    }
    show({ error: undefined })
    void (at === '' ? follow() : readOnce()).catch((error: unknown) => show({ error, isFollowing: false }))
    return () => controller.abort()
  }, [reference, at, tries, isPaused])
  const reload = () => setTries((count) => count + 1)
  useReconnect(state.error !== undefined, reload)
  const { run, error } = state
  useEffect(() => {
    if (isPaused || at !== '' || run?.status !== 'running' || error === undefined || error instanceof RunNotFoundError)
      return
    const timer = setTimeout(reload, RETRY_MS)
    return () => clearTimeout(timer)
  }, [at, run, error, isPaused])
  return { ...state, reload }
}
