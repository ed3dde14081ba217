import { badRequest, InvalidValueError, RunNotFoundError } from '../error/api.ts'
import { checkFields, nearest } from '../fields.ts'
import { deadlineOf, send } from '../http/send.ts'
import type { Connection } from '../options.ts'
import { decodePipelineRun, decodeRun, type Metadata, type PipelineRunPage, type RunFields } from '../run/fields.ts'
import { type Calls, ListedPipelineRun, ListedRun } from '../run/handle.ts'
import { wholeRun } from '../run/read.ts'
import { allIn, isText } from '../value/json.ts'
import { reader } from '../value/read.ts'
import { isValueObject, type ValueObject } from '../value/value.ts'
import { write } from '../value/write.ts'
import { type Condition, LIST_FIELDS, type ListOptions } from './options.ts'
import { conditionOf } from './where.ts'

/** One page of a list. */
interface RunPage<Listed> {
  readonly runs: readonly Listed[]
  readonly next: string | undefined
}

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
export function list(
  client: Calls,
  connection: Connection,
  options: ListOptions,
): RunList<ListedRun | ListedPipelineRun> {
  const { signal } = options ?? {}
  const whole = async ({ selected, ...page }: ListedPage) => {
    try {
      const run = await wholeRun(connection, page, { signal, until: deadlineOf(connection) })
      return new ListedPipelineRun(client, { ...run, selected })
    } catch (error) {
      // The run was deleted after it was listed.
      if (error instanceof RunNotFoundError) return undefined
      throw error
    }
  }
  const ask =
    <Fields>(decode: (body: ValueObject) => RunPage<Fields> | undefined) =>
    (body: string) => {
      const read = reader(connection.numbers)
      return send(connection, { method: 'POST', path: '/v1/runs/search', body, signal, read, decode })
    }
  return isFull(options)
    ? new RunList((most) => pages(options, most, ask(decodeFullPage), whole))
    : new RunList((most) => pages(options, most, ask(decodePage), async (run) => new ListedRun(client, run)))
}

/** Whether a list includes the metadata of its runs. */
const isFull = (options: ListOptions): boolean => options?.include?.[0] === 'metadata'

/**
 * The body of a search, to which each request adds its cursor.
 *
 * @param most the number of runs that the caller wants; by default one page
 * @throws BadRequestError for an unknown option, and for a value that JSON cannot hold, with its pointer
 */
function searchBody(options: ListOptions, most?: number): (cursor?: string) => string {
  checkFields('listPipelineRuns', options, LIST_FIELDS, { aliases: { filter: 'where', sort: 'order' } })
  const { signal: _, pageSize, limit, where, ...rest } = options
  checkFilled(options)
  checkOrder(options.order)
  const largest = isFull(options) ? 20 : 200
  const asked = {
    ...rest,
    where: isList(where) ? where.map(conditionOf) : where && conditionOf(where),
    limit: pageSize ?? limit ?? (most === undefined ? undefined : Math.min(most, largest)),
  }
  const given = Object.entries(asked).filter(([, value]) => value !== undefined)
  const text = textOf(Object.fromEntries(given))
  const members = text.slice(1, -1)
  return (cursor) => {
    if (cursor === undefined) return text
    return `{${members}${members === '' ? '' : ','}"cursor":${JSON.stringify(cursor)}}`
  }
}

/** The pages of a list, each fetched after the previous one was read. Leaves out runs for which `listed` returns undefined. */
async function* pages<Fields, Listed>(
  options: ListOptions,
  most: number | undefined,
  ask: (body: string) => Promise<RunPage<Fields>>,
  listed: (fields: Fields) => Promise<Listed | undefined>,
): AsyncGenerator<readonly Listed[], void, undefined> {
  const bodyAt = searchBody(options, most)
  let cursor: string | undefined
  do {
    const page = await ask(bodyAt(cursor))
    const runs = await Promise.all(page.runs.map(listed))
    yield runs.flatMap((run) => run ?? [])
    cursor = page.next
  } while (cursor !== undefined)
}

// Array.isArray does not narrow readonly arrays.
const isList = (where: ListOptions['where']): where is readonly Condition[] => Array.isArray(where)

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

/** Serializes like a log, so that numbers keep their digits. Drops the types of typed values. */
function textOf(search: Record<string, unknown>): string {
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

/** A run of a page, as the API gives it. */
type ListedFields = RunFields & { readonly selected: Metadata }

/** The same with its metadata, or a page of that. */
interface ListedPage extends PipelineRunPage {
  readonly selected: Metadata
}

/** Decodes a page of runs without metadata. Undefined if the reply has another shape. */
const decodePage = (body: ValueObject): RunPage<ListedFields> | undefined =>
  pageOf(body, (item, selected) => {
    const run = decodeRun(item)
    return run && { ...run, selected }
  })

/** Decodes a page of runs with their metadata. Undefined if the reply has another shape. */
const decodeFullPage = (body: ValueObject): RunPage<ListedPage> | undefined =>
  pageOf(body, (item, selected) => {
    const page = decodePipelineRun(item)
    return page && { ...page, selected }
  })

function pageOf<Listed>(
  { runs, next }: ValueObject,
  decode: (item: ValueObject, selected: ValueObject) => Listed | undefined,
): RunPage<Listed> | undefined {
  const decoded = allIn(runs, (item) => {
    if (!isValueObject(item)) return undefined
    const { selected = {} } = item
    return isValueObject(selected) ? decode(item, selected) : undefined
  })
  return decoded && { runs: decoded, next: isText(next) ? next : undefined }
}
