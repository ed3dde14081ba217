import type { Context } from '../context.ts'
import { fromCursor, toCursor } from '../cursor.ts'
import { find } from '../run/find.ts'
import type { StoredRun } from '../run/record.ts'
import { checkpointIfDue } from './checkpoint/make.ts'
import { type MetadataPage, type PageEnd, pageOf } from './page.ts'
import { withReading } from './read.ts'

export interface RunPage extends StoredRun {
  readonly page: MetadataPage
  /** Where the next page of the metadata begins; without it this is the last. */
  readonly metadataNext?: string
}

/** Where a page begins, and the position up to which all pages of one reading are read. */
interface Start {
  readonly upTo: string
  readonly after: PageEnd
}

const callOf = ({ project }: Context, id: string) => ['metadata', project, id]

function toNext(context: Context, id: string, { upTo, after }: Start): string {
  const { step, position, index } = after
  return toCursor(callOf(context, id), [upTo, position, String(index), ...(step === undefined ? [] : [step])])
}

function startAt(context: Context, id: string, cursor: string): Start {
  const [upTo, position, index, step] = fromCursor(callOf(context, id), cursor).map(String)
  const after = { position: position ?? '', index: Number(index), ...(step === undefined ? {} : { step }) }
  return { upTo: upTo ?? '', after }
}

/** A run with a page of its metadata, by its id. Pages of one reading show the run as it was at one position. */
export async function getById(context: Context, id: string, cursor?: string): Promise<RunPage | undefined> {
  const start = cursor === undefined ? undefined : startAt(context, id, cursor)
  const options = start === undefined ? {} : { upTo: start.upTo }
  return withReading(context, id, options, async (reading) => {
    const page = await pageOf(reading.state, start?.after)
    if (start === undefined) await checkpointIfDue(context, reading)
    const { end } = page
    if (end === undefined) return { ...reading.run, page }
    const upTo = start?.upTo ?? reading.newest
    return { ...reading.run, page, metadataNext: toNext(context, id, { upTo, after: end }) }
  })
}

/**
 * A run with its metadata, or a page of it, ready to be shown.
 * @throws Failure `run_not_found`, `ambiguous_run`, `bad_request`
 */
export const get = (context: Context, reference: string, cursor?: string): Promise<RunPage> =>
  find(context, reference, (id) => getById(context, id, cursor))
