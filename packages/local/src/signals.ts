import { constants } from 'node:os'
import type { Serving } from './serve.ts'

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
/** For one Ctrl-C, the terminal and npm each send a signal. Signals within this time count as one. */
const REPEAT_MS = 1000

const requests = (count: number): string => `${count} request${count === 1 ? '' : 's'}`

/** Finishes the requests in flight on the first signal, and ends at once on the second. */
export function stopAtSignal(serving: Serving, log: (line: string) => void): void {
  let stoppingSince: number | undefined
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stoppingSince !== undefined) {
        if (performance.now() - stoppingSince > REPEAT_MS) process.exit(128 + constants.signals[signal])
        return
      }
      stoppingSince = performance.now()
      if (serving.inFlight() > 0)
        log(`stopping (${requests(serving.inFlight())} in flight); press Ctrl-C again to end now`)
      void serving.stop().then(() => process.exit(0))
    })
  }
}
