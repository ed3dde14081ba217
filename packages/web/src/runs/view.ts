import type { ListOptions, RunStatus } from '@runmeta/sdk'
import type { Mistake } from './operand.ts'
import { isMistake, parseQuery } from './query.ts'

export const STATUSES = ['running', 'completed', 'failed', 'stopped'] as const satisfies readonly RunStatus[]

const HOUR_MS = 3_600_000
/** Periods for the filter of creation times. The address contains `name`. */
export const PERIODS = [
  { name: '1h', label: 'Last hour', ms: HOUR_MS },
  { name: '24h', label: 'Last 24 hours', ms: 24 * HOUR_MS },
  { name: '7d', label: 'Last 7 days', ms: 168 * HOUR_MS },
  { name: '30d', label: 'Last 30 days', ms: 720 * HOUR_MS },
] as const

export const MAX_TICKED = 20

/** The state of the list, from the address. */
export interface View {
  readonly text: string
  readonly pipelines: readonly string[]
  readonly statuses: readonly RunStatus[]
  readonly since: string
  readonly after: string
  readonly before: string
  /** Pointers; undefined until the user chooses some. */
  readonly columns: readonly string[] | undefined
  readonly order: string
  readonly ticked: readonly string[]
}

export function viewOf(query: URLSearchParams): View {
  const chosen = query.getAll('status')
  return {
    text: query.get('q') ?? '',
    pipelines: query.getAll('pipeline'),
    statuses: STATUSES.filter((status) => chosen.includes(status)),
    since: query.get('since') ?? '',
    after: query.get('after') ?? '',
    before: query.get('before') ?? '',
    columns: query.has('column') || query.has('columns') ? query.getAll('column') : undefined,
    order: query.get('order') ?? '',
    ticked: query.getAll('tick').slice(0, MAX_TICKED),
  }
}

export const isFiltered = (view: View): boolean =>
  view.text.trim() !== '' ||
  view.pipelines.length + view.statuses.length > 0 ||
  view.since !== '' ||
  view.after !== '' ||
  view.before !== ''

/** Parameters of the address that end the search and all filters. */
export const NO_FILTERS = {
  q: undefined,
  pipeline: undefined,
  status: undefined,
  since: undefined,
  after: undefined,
  before: undefined,
}

const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i

/** Any form of a time as the API takes it; undefined if it is none. */
export const timeOf = (text: string): string | undefined => {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString()
}

const oneOrSome = <Item extends string>(items: readonly Item[]): Item | readonly Item[] =>
  items.length === 1 && items[0] !== undefined ? items[0] : items

/** The API's options for a view, or the mistake in its search text. */
export function optionsOf(view: View, columns: readonly string[]): ListOptions | Mistake {
  const parsed = parseQuery(view.text)
  if (isMistake(parsed)) return parsed
  const { name, where } = parsed
  const isId = UUID.test(name)
  const period = PERIODS.find(({ name: known }) => known === view.since)
  const createdAfter = period === undefined ? timeOf(view.after) : new Date(Date.now() - period.ms).toISOString()
  const createdBefore = timeOf(view.before)
  return {
    ...(name === '' || isId ? {} : { nameContains: name }),
    ...(isId ? { ids: [name] } : {}),
    ...(where.length > 0 ? { where } : {}),
    ...(view.pipelines.length > 0 ? { pipeline: oneOrSome(view.pipelines) } : {}),
    ...(view.statuses.length > 0 ? { status: oneOrSome(view.statuses) } : {}),
    ...(createdAfter === undefined ? {} : { createdAfter }),
    ...(createdBefore === undefined ? {} : { createdBefore }),
    ...(view.order === '' ? {} : { order: view.order }),
    ...(columns.length > 0 ? { select: columns } : {}),
  }
}
