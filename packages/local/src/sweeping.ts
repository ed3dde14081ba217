import { setTimeout as delay } from 'node:timers/promises'
import type { Server } from '@runmeta/core/context'
import { sweep } from '@runmeta/core/maintenance/sweep'
import { reasonOf } from './external.ts'

interface SweepingOptions {
  /** Milliseconds from the end of one sweep to the start of the next. */
  readonly intervalMs: number
  /** Receives a line about each sweep that failed. */
  readonly log?: ((line: string) => void) | undefined
}

/**
 * Finishes work that requests left undone, including those of an earlier server. A failed sweep is retried next time.
 * @returns a function that stops it and settles when the sweep in progress has ended
 */
export function sweepRegularly(server: Server, { intervalMs, log }: SweepingOptions): () => Promise<void> {
  const stopping = new AbortController()
  const bounded = { ...server, table: server.table.withSignal(stopping.signal) }
  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sweep(bounded).catch((error: unknown) => {
        if (!stopping.signal.aborted) log?.(`the sweep failed: ${reasonOf(error)}`)
      })
      await delay(intervalMs, undefined, { ref: false, signal: stopping.signal }).catch(() => undefined)
    }
  }
  const running = run()
  return async () => {
    stopping.abort()
    await running
  }
}
