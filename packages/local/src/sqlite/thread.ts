import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Result } from './write.ts'
import type { FromWriter, Sent, ToWriter } from './writer.ts'
import { createQueue, settle, type Waiting, type Writing } from './writing.ts'

/** The result from the writer's thread, with an error as SQLite throws it. */
function received(result: Sent): Result {
  if (!('failed' in result)) return result
  const { message, errcode } = result.failed
  return { error: Object.assign(new Error(message), { errcode }) }
}

/** The compiled writer: in a package it is beside this code; in the source tree it is in the build's folder. */
const ENTRY = new URL(import.meta.url.endsWith('.ts') ? '../../dist/writer.mjs' : './writer.mjs', import.meta.url)

/**
 * Writes on a separate thread, so that a slow disk does not delay reads. Batches that arrive during a commit are committed
 * together.
 */
export async function threadWriting(file: string): Promise<Writing> {
  const worker = new Worker(ENTRY, { workerData: { file } })
  const batches = new Map<number, readonly Waiting[]>()
  let next = 0
  let fail: (reason: string) => void = () => undefined
  const failed = new Promise<string>((resolve) => {
    fail = resolve
  })
  let isClosing = false

  function end(reason: string): void {
    for (const waiting of batches.values()) for (const { reject } of waiting) reject(new Error(reason))
    batches.clear()
    if (!isClosing) fail(reason)
  }

  worker.on('message', (message: FromWriter) => {
    for (const { id, results } of message) {
      settle(batches.get(id) ?? [], results.map(received))
      batches.delete(id)
    }
  })
  worker.on('error', (error) => end(error.message))
  worker.on('exit', (code) => end(`the writer's thread ended with code ${code}`))

  const submit = createQueue((waiting) => {
    const id = next++
    batches.set(id, waiting)
    worker.postMessage({ id, operations: waiting.map(({ operation }) => operation) } satisfies ToWriter)
  })
  return {
    submit,
    failed,
    close: async () => {
      isClosing = true
      const exited = once(worker, 'exit')
      // First send the operations submitted in this turn.
      setImmediate(() => worker.postMessage('close' satisfies ToWriter))
      await exited
    },
  }
}
