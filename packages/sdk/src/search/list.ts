import type { CallOptions } from '../call.ts'
import { badRequest, InvalidValueError, RunNotFoundError } from '../error/api.ts'
import { checkFields, nearest } from '../fields.ts'
import { decodePage, pagesOf } from '../http/pages.ts'
import { deadlineOf, send } from '../http/send.ts'
import type { Connection } from '../options.ts'
import { decodePipelineRun, decodeRun, type Metadata, type PipelineRunPage } from '../run/fields.ts'
import { type Calls, ListedPipelineRun, ListedRun } from '../run/handle.ts'
import { wholeRun } from '../run/read.ts'
import { reader, readObject } from '../value/read.ts'
import { isValueObject, type Value, type ValueObject } from '../value/value.ts'
import { write } from '../value/write.ts'
import { LIST_FIELDS, type ListOptions } from './options.ts'
import { conditionOf } from './where.ts'

/**
 * A list of runs, fetched page by page as needed. Each iteration starts over.
 *
 * ```ts
 * for await (const run of client.listPipelineRuns({ pipeline: 'iris' })) console.log(run.name)
 * ```
 */
export class RunList<Listed> implements AsyncIterable<Listed> {
  readonly #pages: (most?: number) => AsyncIterable<readonly Listed[]>

  constructor(pages: (most?: number) => AsyncIterable<readonly Listed[]>) {
    this.#pages = pages
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Listed, void, undefined> {
    for await (const page of this.#pages()) yield* page
  }

  /** The first runs of the list, up to `count`. */
  async first(count: number): Promise<Listed[]> {
    const runs: Listed[] = []
    if (!(count >= 1)) return runs
    for await (const page of this.#pages(count)) {
      runs.push(...page)
      if (runs.length >= count) break
    }
    return runs.slice(0, count)
  }
}

/** See {@link Client.listPipelineRuns}. */
export const list = (
  client: Calls,
  connection: Connection,
  options: ListOptions,
): RunList<ListedRun | ListedPipelineRun> => new RunList((most) => pages(client, connection, options, most))

/** @param most the number of runs that the caller wants; by default all */
async function* pages(
  client: Calls,
  connection: Connection,
  options: ListOptions,
  most: number | undefined,
): AsyncGenerator<readonly (ListedRun | ListedPipelineRun)[], void, undefined> {
  const search = searchOf(options, most)
  const { signal } = options
  const isWhole = isFull(options)
  const read = reader(connection.numbers)
  // A function for each run, as the rest of its metadata is not read yet.
  const decodeItem = (item: Value): (() => Promise<ListedRun | undefined>) | undefined => {
    const { selected = {} } = isValueObject(item) ? item : {}
    if (!isValueObject(item) || !isValueObject(selected)) return undefined
    if (!isWhole) {
      const run = decodeRun(item)
      return run && (async () => new ListedRun(client, { ...run, selected }))
    }
    const page = decodePipelineRun(item)
    return page && (() => whole(client, connection, page, { selected, signal }))
  }
  const decode = ({ runs, next }: ValueObject) => decodePage(runs, next, decodeItem)
  const found = pagesOf((cursor) => {
    const body = write({ ...search, cursor }).text
    return send(connection, { method: 'POST', path: '/v1/runs/search', body, signal, read, decode })
  })
  for await (const runs of found) {
    const listed = await Promise.all(runs.map((run) => run()))
    yield listed.flatMap((run) => run ?? [])
  }
}

/** Reads the rest of a run's metadata. Undefined if the run was deleted after it was listed. */
async function whole(
  client: Calls,
  connection: Connection,
  page: PipelineRunPage,
  { selected, signal }: CallOptions & { readonly selected: Metadata },
): Promise<ListedPipelineRun | undefined> {
  try {
    const run = await wholeRun(connection, page, { signal, until: deadlineOf(connection) })
    return new ListedPipelineRun(client, { ...run, selected })
  } catch (error) {
    if (error instanceof RunNotFoundError) return undefined
    throw error
  }
}

/** Whether a list includes the metadata of its runs. */
const isFull = ({ include }: ListOptions): boolean => include?.[0] === 'metadata'

/**
 * The body of a search, without a cursor. A copy: the caller may change the options between two pages.
 *
 * @throws BadRequestError for an invalid option
 */
function searchOf(options: ListOptions, most: number | undefined): object | undefined {
  checkFields('listPipelineRuns', options, LIST_FIELDS, { aliases: { filter: 'where', sort: 'order' } })
  const { signal: _, pageSize, limit, where, ...rest } = options
  checkFilled(options)
  checkOrder(options.order)
  const body = {
    ...rest,
    where: conditionOf(where),
    limit: pageSize ?? limit ?? (most && Math.min(most, isFull(options) ? 20 : 200)),
  }
  return readObject(textOf(body), 'literal')
}

/** Refuses an empty string, which usually comes from an unset variable or an empty form field. */
function checkFilled(options: ListOptions): void {
  for (const [name, value] of Object.entries(options)) {
    const texts: unknown[] = Array.isArray(value) ? value : [value]
    // An empty list of ids means no runs, and an empty list of conditions means every run; an empty list of statuses would mean nothing.
    const isEmpty = texts.length === 0 && /^(?:pipeline|status)$/.test(name)
    if (isEmpty || texts.includes('')) {
      throw badRequest(`${name}: must not be empty; leave it out`)
    }
  }
}

function checkOrder(order: string | undefined): void {
  if (order === undefined || /^-?(?:\/|createdAt$)/.test(order)) return
  const meant = nearest(order, ['createdAt']) ?? `/${order.replace(/^-/, '')}`
  throw badRequest(
    `order: must be createdAt or a JSON Pointer, with - before it for descending; did you mean ${meant}?`,
  )
}

/** Serializes like a log, so that numbers keep their digits. Drops the types of typed values, and undefined members. */
function textOf(search: object): string {
  try {
    return write(search).text
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error
    throw badRequest(`${placeOf(error.pointer)}: ${error.reason}`, error)
  }
}

/** Formats a place as the API does, such as `where[0].value`. */
const placeOf = (pointer: string): string =>
  pointer
    .replaceAll(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.')
    .slice(1)
