import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { openWriter } from './connection.ts'
import { createStatements } from './statements.ts'
import { createWriter, type Operation, type Outcome, type Result } from './write.ts'

/** The thread that writes: see `thread.ts`. */

interface Batch {
  readonly id: number
  readonly operations: readonly Operation[]
}

export type ToWriter = Batch | 'close'

/** The result of an operation, with SQLite's result code if it failed: an error's own fields do not cross threads. */
export type Sent = Outcome | { readonly failed: { readonly message: string; readonly errcode: number | undefined } }

export type FromWriter = readonly { readonly id: number; readonly results: readonly Sent[] }[]

const port = parentPort
if (port === null) throw new Error('the writer runs on a thread of its own')

const { file } = workerData as { file: string }
const db = openWriter(file)
const write = createWriter(db, createStatements(db))

function sent(result: Result): Sent {
  if (!('error' in result)) return result
  const { error } = result
  const errcode = error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined
  return { failed: { message: error instanceof Error ? error.message : String(error), errcode } }
}

/** Commits batches together. */
function commit(batches: readonly Batch[]): FromWriter {
  const results = write(batches.flatMap(({ operations }) => operations)).map(sent)
  let from = 0
  return batches.map(({ id, operations }) => {
    const own = results.slice(from, from + operations.length)
    from += operations.length
    return { id, results: own }
  })
}

port.on('message', (first: ToWriter) => {
  const batches: Batch[] = []
  let isClosing = false
  for (let message: ToWriter | undefined = first; message !== undefined; ) {
    if (message === 'close') isClosing = true
    else batches.push(message)
    message = receiveMessageOnPort(port)?.message as ToWriter | undefined
  }
  if (batches.length > 0) port.postMessage(commit(batches))
  if (!isClosing) return
  // SQLite does this when the last connection closes, but the library keeps statements, and so connections, open until they are collected.
  db.exec('pragma wal_checkpoint(truncate)')
  db.close()
  port.close()
})
