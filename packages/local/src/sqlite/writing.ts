import type { Operation, Outcome, Result, Writer } from './write.ts'

/** Runs one operation. Settles when its commit is on the disk. */
export interface Writing {
  submit(operation: Operation): Promise<Outcome>
  /** Resolves with the reason when no more operations can run. */
  readonly failed: Promise<string>
  /** Finishes the submitted operations, then ends. */
  close(): Promise<void>
}

export interface Waiting {
  readonly operation: Operation
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (error: unknown) => void
}

/** A queue of this length is sent at once, so that the writer works while this thread prepares the next operations. */
const MAX_QUEUED = 32

/** Collects the operations submitted in one turn of the event loop, so that they are sent and committed together. */
export function createQueue(send: (waiting: readonly Waiting[]) => void): Writing['submit'] {
  let queue: Waiting[] = []
  function flush(): void {
    if (queue.length === 0) return
    const waiting = queue
    queue = []
    send(waiting)
  }
  return (operation) =>
    new Promise((resolve, reject) => {
      if (queue.length === 0) setImmediate(flush)
      queue.push({ operation, resolve, reject })
      if (queue.length >= MAX_QUEUED) flush()
    })
}

/** Settles each operation of a batch. */
export function settle(waiting: readonly Waiting[], results: readonly Result[]): void {
  for (const [index, { resolve, reject }] of waiting.entries()) {
    const result = results[index] ?? { error: new Error('the writer gave no result') }
    if ('error' in result) reject(result.error)
    else resolve(result)
  }
}

/** Writes on this thread: for an in-memory database, which has one connection. */
export function inlineWriting(write: Writer): Writing {
  const submit = createQueue((waiting) => {
    settle(waiting, write(waiting.map(({ operation }) => operation)))
  })
  return { submit, failed: new Promise(() => undefined), close: async () => undefined }
}
