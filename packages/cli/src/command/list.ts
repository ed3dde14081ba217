import { isValueObject, type RunStatus, type Value } from '@runmeta/sdk'
import { decodePage } from '@runmeta/sdk/http/pages'
import { send } from '@runmeta/sdk/http/send'
import { conditionOf } from '@runmeta/sdk/search/where'
import { reader } from '@runmeta/sdk/value/read'
import { Command, Option } from 'commander'
import { withExamples } from '../examples.ts'
import { jsonOf } from '../json.ts'
import { several, wholeNumber } from '../option.ts'
import { cell, type Output, table, valueCell } from '../output.ts'
import { STATUSES } from '../run.ts'
import { optionsOf, type Session, sessionOf } from '../session.ts'

/** Runs per request. */
const MAX_PAGE = 200
/** Runs per request with their metadata. */
const MAX_FULL_PAGE = 20

/** The options that select runs. */
export interface FilterOptions {
  readonly id?: readonly string[]
  readonly name?: string
  readonly nameContains?: string
  readonly pipeline?: readonly string[]
  readonly status?: readonly RunStatus[]
  readonly createdAfter?: string
  readonly createdBefore?: string
  readonly where?: readonly string[]
}

interface ListOptions extends FilterOptions {
  readonly select?: readonly string[]
  readonly include?: readonly string[]
  readonly order?: string
  readonly limit?: number
  readonly all?: boolean
  readonly cursor?: string
}

/** The options that select runs, with the API's names. */
export const filtersOf = ({ id, ...options }: FilterOptions) => {
  const { name, nameContains, pipeline, status, createdAfter, createdBefore, where } = options
  return { ids: id, name, nameContains, pipeline, status, createdAfter, createdBefore, where }
}

/** The pages of a search, up to a number of runs. @returns the cursor of the next page, if there may be more */
async function* pages(
  { connection }: Session,
  search: object,
  first: string | undefined,
  most: number,
  pageSize: number,
): AsyncGenerator<readonly Value[], string | undefined, undefined> {
  let cursor = first
  let left = most
  do {
    // Numbers in conditions keep their digits. Undefined members are left out.
    const body = jsonOf({ ...search, limit: Math.min(left, pageSize), cursor })
    const { items, next } = await send(connection, {
      method: 'POST',
      path: '/v1/runs/search',
      body,
      read: reader('literal'),
      decode: ({ runs, next }) => decodePage(runs, next, (run) => run),
    })
    yield items
    cursor = next
    left -= items.length
  } while (cursor !== undefined && left > 0)
  return cursor
}

const COLUMNS = ['name', 'pipeline', 'status', 'createdAt', 'id'] as const

/** A run's own fields in a narrow table: an id's first digits are a reference to read and log by, and a time to the minute. */
const NARROW: Readonly<Record<string, (text: string) => string>> = {
  id: (text) => text.slice(0, 8),
  createdAt: (text) => text.slice(0, 16).replace('T', ' '),
}

function rowOf(run: Value, select: readonly string[], isNarrow: boolean): string[] {
  if (!isValueObject(run)) return []
  const fieldOf = (name: (typeof COLUMNS)[number]): string => {
    const text = valueCell(run[name])
    return (isNarrow ? NARROW[name]?.(text) : undefined) ?? text
  }
  const selected = isValueObject(run.selected) ? run.selected : {}
  const metadata = isValueObject(run.metadata) ? [jsonOf(run.metadata)] : []
  return [
    ...COLUMNS.map(fieldOf),
    ...select.map((at) => valueCell(selected[at])),
    ...metadata.map((text) => cell(text)),
  ]
}

async function list(command: Command): Promise<void> {
  const options = optionsOf<ListOptions>(command)
  const session = await sessionOf(options)
  const { output } = session
  const { select = [], include, order, cursor, all, limit = 50 } = options
  const where = options.where?.map(conditionOf)
  const search = { ...filtersOf(options), where, ...(select.length > 0 ? { select } : {}), include, order }
  const pageSize = include === undefined ? MAX_PAGE : MAX_FULL_PAGE
  const found = pages(session, search, cursor, all ? Number.POSITIVE_INFINITY : limit, pageSize)
  const rows: string[][] = []
  let step = await found.next()
  for (; step.done !== true; step = await found.next()) {
    for (const run of step.value) {
      if (output.isTable) rows.push(rowOf(run, select, output.isNarrow))
      else await output.line(jsonOf(run))
    }
  }
  if (output.isTable) await output.line(listText(output, rows, [...select, ...(include ?? [])]))
  if (step.value !== undefined)
    output.note(`there may be more runs: --all lists all of them, --cursor ${step.value} the next page`)
}

const listText = (output: Output, rows: readonly string[][], more: readonly string[]): string =>
  rows.length === 0
    ? 'No runs found. `runmeta create --name iris-1` creates one.'
    : table(output, [...COLUMNS, ...more], rows)

/** Adds the options that select runs. */
export const withFilters = (command: Command): Command =>
  command
    .option('--id <id>', 'the run with this id; repeatable, up to 100', several)
    .option('--name <prefix>', 'runs whose name begins with this')
    .option('--name-contains <text>', 'runs whose name contains this, ignoring case')
    .option('--pipeline <name>', 'runs of this pipeline; repeatable for any of several', several)
    .addOption(new Option('--status <status...>', 'runs of this status, or of any of several').choices(STATUSES))
    .option('--created-after <time>', 'runs created after this time, such as 2026-03-01T00:00:00Z')
    .option('--created-before <time>', 'runs created before this time')
    .option('--where <condition>', 'a condition, such as "/accuracy >= 0.9"; repeatable, all must hold', several)

const listing = (name: string, description: string, ...examples: string[]): Command =>
  withExamples(
    withFilters(new Command(name).description(description))
      .option('--select <pointer>', 'add a column with the value at this JSON Pointer; repeatable', several)
      .addOption(new Option('--include <part...>', 'show all metadata').choices(['metadata']))
      .option('--order <by>', 'createdAt or a JSON Pointer, with - before it for descending')
      .option('--limit <number>', 'show at most this many runs (50)', wholeNumber(1, 1_000_000_000))
      .option('--all', 'show all runs')
      .option('--cursor <cursor>', 'continue an earlier list from its cursor')
      .action((_: unknown, command: Command) => list(command)),
    ...examples,
  )

/** `runmeta list` */
export const listCommand = (): Command =>
  listing('list', 'List runs, newest first', 'runmeta list', 'runmeta list --pipeline iris --select /accuracy')

/** `runmeta search` */
export const searchCommand = (): Command =>
  listing(
    'search',
    'Find runs by their metadata; takes the same options as list',
    'runmeta search --where "/accuracy >= 0.9" --order -/accuracy --select /accuracy',
    'runmeta search --name iris --where \'/note contains "first"\'',
  )
