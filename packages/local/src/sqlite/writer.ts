import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { openWriter } from './connection.ts'
import { createStatements } from './statements.ts'
import { createWriter, type Operation, type Outcome } from './write.ts'

/** The thread that writes: see `thread.ts`. */

interface Batch {
  readonly id: number
  readonly operations: readonly Operation[]
}

export type ToWriter = Batch | 'close'

export interface Answer {
  readonly id: number
  readonly outcomes?: readonly Outcome[]
  readonly error?: { readonly message: string; readonly errcode: number | undefined }
}

export type FromWriter = readonly Answer[]

const port = parentPort
if (port === null) throw new Error('the writer runs on a thread of its own')

const { file } = workerData as { file: string }
const db = openWriter(file)
const write = createWriter(db, createStatements(db))

function errorOf(error: unknown): NonNullable<Answer['error']> {
  const errcode = error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined
  return { message: error instanceof Error ? error.message : String(error), errcode }
}

/** Commits batches together; where that fails, each for itself, so that one that cannot be made fails no other. */
function commit(batches: readonly Batch[]): Answer[] {
  try {
    const outcomes = write(batches.flatMap(({ operations }) => operations))
    let from = 0
    return batches.map(({ id, operations }) => {
      const own = outcomes.slice(from, from + operations.length)
      from += operations.length
      return { id, outcomes: own }
    })
  } catch (error) {
    const [only, ...others] = batches
    if (only === undefined) return []
    if (others.length === 0) return [{ id: only.id, error: errorOf(error) }]
    return batches.flatMap((batch) => commit([batch]))
  }
}

port.on('message', (first: ToWriter) => {
  const batches: Batch[] = []
  let isClosing = false
  for (let message: ToWriter | undefined = first; message !== undefined; ) {
    if (message === 'close') isClosing = true
    else batches.push(message)
    message = receiveMessageOnPort(port)?.message as ToWriter | undefined
  }
  if (batches.length > 0) port.postMessage(commit(batches) satisfies FromWriter)
  if (!isClosing) return
  // The library frees statements only when they are collected, so no connection is the last one to close, which would do this.
  db.exec('pragma wal_checkpoint(truncate)')
  db.close()
  port.close()
})
