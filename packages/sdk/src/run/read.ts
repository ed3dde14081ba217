import { checkFields } from '../fields.ts'
import type { Reply } from '../http/reply.ts'
import { deadlineOf, send, type Waiting } from '../http/send.ts'
import type { Connection } from '../options.ts'
import { reader } from '../value/read.ts'
import type { ValueObject } from '../value/value.ts'
import { decodePipelineRun, joinPages, type PipelineRunFields, type PipelineRunPage } from './fields.ts'
import { READ_FIELDS, type ReadOptions } from './options.ts'
import { queryOf, runPath } from './path.ts'

/** A run, or a page of its metadata, with its `ETag`. */
export interface Reading extends PipelineRunPage {
  readonly etag: string | undefined
}

interface PageOptions extends Waiting {
  readonly at?: string | undefined
  readonly exact?: boolean | undefined
  readonly metadataCursor?: string
}

function readPage(
  connection: Connection,
  reference: string,
  { at, exact, metadataCursor, ...waiting }: PageOptions,
  last?: Reading,
): Promise<Reading> {
  const path = runPath(reference) + queryOf({ at, exact, metadataCursor })
  const decode = (body: ValueObject, { status, etag }: Reply): Reading | undefined => {
    if (status === 304) return last
    const page = decodePipelineRun(body)
    return page && { ...page, etag }
  }
  const read = reader(connection.numbers)
  return send(connection, { method: 'GET', path, etag: last?.etag, ...waiting, read, decode })
}

/** Reads the remaining pages of a run's metadata, as part of the same call. */
export async function wholeRun(
  connection: Connection,
  { run, next }: PipelineRunPage,
  options: PageOptions,
): Promise<PipelineRunFields> {
  const more = []
  for (let cursor = next; cursor !== undefined; ) {
    // By id: a prefix may match another run by now.
    const page: Reading = await readPage(connection, run.id, { ...options, metadataCursor: cursor })
    more.push(page.run)
    cursor = page.next
  }
  return joinPages(run, more)
}

/** Reads a run, or returns `last` if it has not changed since. @throws RunmetaError */
export async function readRun(
  connection: Connection,
  reference: string,
  options: ReadOptions,
  last?: Reading,
): Promise<Reading> {
  checkFields('getPipelineRun', options, READ_FIELDS)
  const { at, exact, signal } = options
  const call = { at: at instanceof Date ? at.toISOString() : at, signal, until: deadlineOf(connection) }
  const first = await readPage(connection, reference, { ...call, exact }, last)
  return first === last ? first : { ...first, run: await wholeRun(connection, first, call) }
}
