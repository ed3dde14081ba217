import { checkFields } from '../fields.ts'
import type { Reply } from '../http/reply.ts'
import { deadlineOf, send, type Waiting } from '../http/send.ts'
import type { Connection } from '../options.ts'
import { reader } from '../value/read.ts'
import type { ValueObject } from '../value/value.ts'
import { decodePipelineRun, joinPages, type PipelineRunFields, type PipelineRunPage } from './fields.ts'
import { READ_FIELDS, type ReadOptions } from './options.ts'
import { queryOf, runPath } from './path.ts'

/** A run with the `ETag` of its first page. */
export interface Reading {
  readonly run: PipelineRunFields
  readonly etag: string | undefined
}

interface PageOptions extends Waiting {
  readonly at?: string | undefined
  readonly exact?: boolean | undefined
  readonly metadataCursor?: string
  readonly etag?: string | undefined
}

/** A page with its `ETag`, or `unchanged` if the caller's tag is still current. */
type TaggedPage = { readonly page: PipelineRunPage; readonly etag: string | undefined } | 'unchanged'

function readPage(connection: Connection, reference: string, options: PageOptions): Promise<TaggedPage> {
  const { at, exact, metadataCursor, ...call } = options
  const path = runPath(reference) + queryOf({ at, exact, metadataCursor })
  const decode = (body: ValueObject, { status, etag }: Reply): TaggedPage | undefined => {
    if (status === 304) return call.etag === undefined ? undefined : 'unchanged'
    const page = decodePipelineRun(body)
    return page && { page, etag }
  }
  return send(connection, { method: 'GET', path, read: reader(connection.numbers), decode, ...call })
}

/** Reads the remaining pages of a run's metadata, as part of the same call. */
export async function wholeRun(
  connection: Connection,
  { run, next }: PipelineRunPage,
  options: Omit<PageOptions, 'etag'>,
): Promise<PipelineRunFields> {
  const pages = [run]
  for (let cursor = next; cursor !== undefined; ) {
    // By id: a prefix may match another run by now.
    const more = await readPage(connection, run.id, { ...options, exact: undefined, metadataCursor: cursor })
    if (more === 'unchanged') break
    pages.push(more.page.run)
    cursor = more.page.next
  }
  return joinPages(pages) ?? run
}

/** Reads a run. Undefined if its first page still has the tag. @throws RunmetaError */
export async function readRun(
  connection: Connection,
  reference: string,
  options: ReadOptions,
  etag?: string,
): Promise<Reading | undefined> {
  checkFields('getPipelineRun', options, READ_FIELDS)
  const { at, exact, signal } = options
  const call = { at: at instanceof Date ? at.toISOString() : at, signal, until: deadlineOf(connection) }
  const first = await readPage(connection, reference, { ...call, exact, etag })
  if (first === 'unchanged') return undefined
  return { run: await wholeRun(connection, first.page, call), etag: first.etag }
}
