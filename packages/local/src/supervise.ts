import { setTimeout as delay } from 'node:timers/promises'
import { type Child, type End, StartError } from './child.ts'

export interface SuperviseOptions {
  /** Starts the engine anew, where the one before it was. */
  readonly start: () => Promise<Child>
  readonly log: (line: string) => void
}

export interface Supervised {
  /** Settles with the reason when the engine is given up. */
  readonly failed: Promise<string>
  /** Ends the engine, and with it the supervision. */
  stop(): Promise<void>
}

/** Milliseconds that an engine must live for its death not to count as one of a row. */
const STEADY = 1000
/** Milliseconds before each start of a row; the first is at once, while the requests that it broke are tried again. */
const PAUSES: readonly number[] = [0, 100, 300, 1000]

const STOP_WITHIN = 5000

const never = new Promise<never>(() => undefined)

/** Keeps an engine running: starts it again when it dies, until it has died as often in a row as there are pauses. */
export function supervise(first: Child, { start, log }: SuperviseOptions): Supervised {
  let current: Promise<Child | End> = Promise.resolve(first)
  let isStopping = false

  const again = (): Promise<Child | End> =>
    start().catch((error: unknown) => {
      if (error instanceof StartError) return error.end
      return { how: String(error), isLocked: false }
    })

  async function watch(): Promise<string> {
    for (let deaths = 1; ; deaths++) {
      const next = await current
      const born = performance.now()
      const { how, isLocked } = 'ended' in next ? await next.ended : next
      if (isStopping) return never
      if (performance.now() - born >= STEADY) deaths = 1
      const pause = PAUSES[deaths - 1]
      if (isLocked) return `while it was down its data came ${how}`
      if (pause === undefined) return `it died ${deaths} times in a row: ${how}`
      log(`the engine ended (${how}) and is started again`)
      await delay(pause)
      if (isStopping) return never
      current = again()
    }
  }

  return {
    failed: watch(),
    stop: async () => {
      isStopping = true
      const last = await Promise.race([current, delay(STOP_WITHIN, undefined, { ref: false })])
      if (last !== undefined && 'ended' in last) await last.stop()
    },
  }
}
