import { badRequest } from '../error/api.ts'
import { AbortError } from '../error/local.ts'
import { checkFields } from '../fields.ts'
import { pause } from '../http/timer.ts'
import type { Connection } from '../options.ts'
import type { PipelineRunFields } from './fields.ts'
import { WATCH_FIELDS, type WatchOptions } from './options.ts'
import { type Reading, readRun } from './read.ts'

/** See {@link Client.watch}. */
export async function* watch(
  connection: Connection,
  reference: string,
  options: WatchOptions,
): AsyncGenerator<PipelineRunFields, void, undefined> {
  checkFields('watch', options, WATCH_FIELDS)
  const { interval = 2000, exact, signal } = options
  if (!(interval >= 0)) throw badRequest('interval: must be milliseconds, 0 or more')
  let last: Reading | undefined
  try {
    while (signal?.aborted !== true) {
      const found: string = last?.run.id ?? reference
      const reading = await readRun(connection, found, { exact: exact === true || last !== undefined, signal }, last)
      if (reading !== last) yield reading.run
      last = reading
      if (last.run.status !== 'running') return
      await pause(interval, signal)
    }
  } catch (error) {
    if (!(error instanceof AbortError)) throw error
  }
}
