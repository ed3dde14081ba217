import { setTimeout as delay } from 'node:timers/promises'
import type { Server } from '@runmeta/core/context'
import { sweep } from '@runmeta/core/maintenance/sweep'
import { reasonOf } from './external.ts'

export interface SweepingOptions {
  /** Milliseconds from the end of one sweep to the start of the next. */
  readonly intervalMs: number
  /** Receives a line about each sweep that failed. */
  readonly log?: ((line: string) => void) | undefined
}

/**
 * Finishes what requests left undone, those of an earlier server included. A sweep that fails is tried again next time.
 * @returns Stops it; settles once the sweep under way has ended.
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
