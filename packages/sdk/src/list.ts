import { badRequest, InvalidValueError } from './error/api.ts'
import { checkFields, timeText } from './fields.ts'
import type { CallOptions } from './run.ts'
import type { NumberLiteral } from './value/number.ts'
import type { Typed } from './value/typed.ts'
import { isValueObject, type ValueObject } from './value/value.ts'
import { write } from './value/write.ts'
import {
  decodePipelineRun,
  decodeRun,
  type Metadata,
  type PipelineRunPage,
  type RunFields,
  type RunStatus,
} from './wire.ts'

/** What a condition compares with. A typed value counts as what it holds, and a `Date` as it is logged. */
export type Comparable = null | boolean | number | bigint | string | NumberLiteral | Typed | Date

/** What the latest value at a JSON Pointer from the root of the metadata must be. */
export type PointerCondition = { readonly pointer: string } & (
  | { readonly op: '=' | '!=' | '<' | '<=' | '>' | '>='; readonly value: Comparable }
  | { readonly op: 'in'; readonly value: readonly Comparable[] }
  /** The lowest and the highest, both included. */
  | { readonly op: 'between'; readonly value: readonly [Comparable, Comparable] }
  | { readonly op: 'prefix'; readonly value: string | Typed }
  | { readonly op: 'exists'; readonly value?: boolean }
)

/** What must hold of a run's metadata. */
export type Condition =
  | PointerCondition
  | { readonly and: readonly Condition[] }
  | { readonly or: readonly Condition[] }
  | { readonly not: Condition }

/** Which runs are listed, in which order, and what of them. */
export interface ListOptions extends CallOptions {
  /** These runs, up to 100. */
  readonly ids?: readonly string[] | undefined
  /** What their names begin with. */
  readonly name?: string | undefined
  readonly pipeline?: string | undefined
  readonly status?: RunStatus | undefined
  /** A `Date`, or RFC 3339; the moment itself is excluded. */
  readonly createdAfter?: string | Date | undefined
  /** A `Date`, or RFC 3339; the moment itself is excluded. */
  readonly createdBefore?: string | Date | undefined
  /** Of several all must hold. */
  readonly where?: Condition | readonly Condition[] | undefined
  /** JSON Pointers whose values come along as `selected`. */
  readonly select?: readonly string[] | undefined
  /** `['metadata']` for all of the metadata, of the steps too. */
  readonly include?: readonly 'metadata'[] | undefined
  /** `createdAt` or a JSON Pointer, with `-` before it for descending. @default the API's choice, mostly newest first */
  readonly order?: string | undefined
  /** Runs fetched at once, 1 to 200, or to 20 with `include`; the list goes on after them. @default 50, or 20 */
  readonly pageSize?: number | undefined
  /** The API's name of `pageSize`. */
  readonly limit?: number | undefined
}

const LIST_FIELDS = [
  'ids',
  'name',
  'pipeline',
  'status',
  'createdAfter',
  'createdBefore',
  'where',
  'select',
  'include',
  'order',
  'pageSize',
  'limit',
  'signal',
] as const satisfies (keyof ListOptions)[]

/** One page of a list. */
export interface RunPage<Listed> {
  readonly runs: readonly Listed[]
  readonly next: string | undefined
}

/**
 * Runs, fetched page by page as they are needed; each iteration begins anew.
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

/** Whether the runs of a list come with their metadata. */
export const isFull = (options: ListOptions): boolean => options?.include?.[0] === 'metadata'

/**
 * What a search asks, to be sent with the cursor of each page.
 *
 * @param most how many runs the caller wants; where the options do not say it, they are one page as far as that goes
 * @throws BadRequestError for what is no option, and for a value that JSON cannot hold, with its place
 */
function searchBody(options: ListOptions, most?: number): (cursor?: string) => string {
  checkFields('listPipelineRuns', options, LIST_FIELDS)
  const { signal: _, pageSize, limit, createdAfter, createdBefore, ...rest } = options
  const largest = isFull(options) ? 20 : 200
  const asked = {
    ...rest,
    createdAfter: timeText('createdAfter', createdAfter),
    createdBefore: timeText('createdBefore', createdBefore),
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

/** The pages of a list, each asked for when the one before was read. A run that `listed` gives nothing for is left out. */
export async function* pages<Fields, Listed>(
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

/** As a log is written, so that numbers keep their digits; the types of typed values do not count. */
function textOf(search: Record<string, unknown>): string {
  try {
    return write(search).text
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error
    throw badRequest(`${placeOf(error.pointer)}: ${error.reason}`, error)
  }
}

/** A place as the API names it, such as `where[0].value`. */
const placeOf = (pointer: string): string =>
  pointer
    .replaceAll(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.')
    .slice(1)

/** A run of a page, as the API gives it. */
export type ListedFields = RunFields & { readonly selected: Metadata }

/** The same with its metadata, or a page of that. */
export interface ListedPage extends PipelineRunPage {
  readonly selected: Metadata
}

/** A page of runs without their metadata; nothing where the API would not have replied so. */
export const decodePage = (body: ValueObject): RunPage<ListedFields> | undefined =>
  pageOf(body, (item, selected) => {
    const run = decodeRun(item)
    return run && { ...run, selected }
  })

/** A page of runs with their metadata; nothing where the API would not have replied so. */
export const decodeFullPage = (body: ValueObject): RunPage<ListedPage> | undefined =>
  pageOf(body, (item, selected) => {
    const page = decodePipelineRun(item)
    return page && { ...page, selected }
  })

function pageOf<Listed>(
  { runs, next }: ValueObject,
  decode: (item: ValueObject, selected: ValueObject) => Listed | undefined,
): RunPage<Listed> | undefined {
  if (!Array.isArray(runs)) return undefined
  const decoded = runs.flatMap((item) => {
    if (!isValueObject(item)) return []
    const { selected = {} } = item
    return (isValueObject(selected) ? decode(item, selected) : undefined) ?? []
  })
  return decoded.length < runs.length ? undefined : { runs: decoded, next: typeof next === 'string' ? next : undefined }
}
