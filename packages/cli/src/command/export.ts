import { type ListedRun, type PipelineRun, RunNotFoundError, Typed, type Value } from '@runmeta/sdk'
import { Command, Option } from 'commander'
import { stringify } from 'csv-stringify/sync'
import { withExamples } from '../examples.ts'
import { CommandError, EXIT, wrongUsage } from '../exit.ts'
import { type Draft, withDraft } from '../file.ts'
import { jsonOf } from '../json.ts'
import { logPages } from '../logs.ts'
import { withProgress } from '../progress.ts'
import { fieldsOf, leavesOf } from '../run.ts'
import { optionsOf, type Session, sessionOf } from '../session.ts'
import { type FilterOptions, filtersOf, withFilters } from './list.ts'

/** Logs per request. */
const LOGS_PAGE = 1000
const VERSION = 1
/** Of the progress bar. */
const TITLE = 'Exporting runs'

interface ExportOptions extends FilterOptions {
  readonly out?: string
  readonly format?: 'jsonl' | 'csv'
}

/** The runs that match the options, oldest first, so that new runs come last. */
const runsOf = ({ client }: Session, options: FilterOptions, include?: readonly 'metadata'[]) =>
  client.listPipelineRuns({
    ...filtersOf(options),
    order: 'createdAt',
    ...(include === undefined ? { pageSize: 200 } : { include }),
  })

/**
 * The lines of a run: the run, its logs, oldest first, and the number of its logs. Undefined if the run was deleted after it
 * was listed.
 */
async function linesOfRun({ connection }: Session, run: ListedRun): Promise<string | undefined> {
  const logs: string[] = []
  let isIndexed = true
  try {
    for await (const page of logPages(connection, run.id, LOGS_PAGE)) {
      for (const log of page.items) logs.push(`{"log":${jsonOf(log)}}`)
      isIndexed = page.isIndexed
    }
  } catch (error) {
    if (error instanceof RunNotFoundError) return undefined
    throw error
  }
  const fields = { ...fieldsOf(run), ...(isIndexed ? {} : { index: false }) }
  const end = { end: run.id, logs: logs.length }
  return [JSON.stringify({ run: fields }), ...logs.reverse(), JSON.stringify(end)].join('\n')
}

/** The first line, which identifies an export, so that a different one does not continue its file. */
const headOf = ({ url }: Session, options: FilterOptions): string =>
  JSON.stringify({ runmeta: VERSION, from: url, query: filtersOf(options) })

const counted = (runs: number): string => (runs === 1 ? '1 run' : `${runs} runs`)

/** Prepares a draft to be continued. @returns the ids of the runs that are complete in it */
async function resume({ before, cut, append }: Draft, head: string, file: string): Promise<Set<string>> {
  const start = `${head}\n`
  const done = new Set<string>()
  if (!before.startsWith(start)) {
    if (before.includes('\n')) {
      throw new CommandError(EXIT.failed, `${file}.part is of another export; remove it, or give --out another name`)
    }
    await cut(0)
    await append(start)
    return done
  }
  let end = start.length
  for (const { 0: line, 1: id = '', index } of before.matchAll(/^\{"end":"([^"]+)","logs":\d+\}\n/gm)) {
    done.add(id)
    end = index + line.length
  }
  await cut(Buffer.byteLength(before.slice(0, end)))
  return done
}

/** Writes the runs that are not done. @returns the number of all runs */
const exportRuns = (
  session: Session,
  options: FilterOptions,
  done: ReadonlySet<string>,
  write: (lines: string) => Promise<void>,
): Promise<number> =>
  withProgress(TITLE, async (progress) => {
    let count = 0
    for await (const run of runsOf(session, options)) {
      progress.total(++count)
      const lines = done.has(run.id) ? undefined : await linesOfRun(session, run)
      if (lines !== undefined) await write(lines)
      progress.add()
    }
    return count
  })

async function exportLines(session: Session, options: ExportOptions): Promise<void> {
  const { output } = session
  const { out } = options
  const head = headOf(session, options)
  if (out === undefined) {
    await output.line(head)
    await exportRuns(session, options, new Set(), output.line)
    return
  }
  const count = await withDraft(out, async (draft) => {
    const done = await resume(draft, head, out)
    return await exportRuns(session, options, done, (lines) => draft.append(`${lines}\n`))
  })
  output.note(`${out} has ${counted(count)}`)
}

const FIELDS = ['id', 'name', 'pipeline', 'status', 'createdAt', 'startedAt', 'endedAt'] as const

/** A value for a spreadsheet: text that looks like a formula is marked as text. */
function spreadsheetCell(value: Value | undefined): string {
  if (value === undefined) return ''
  const text = Typed.is(value) ? String(value) : value
  return typeof text === 'string' ? text.replace(/^(?=[=+\-@\t\r])/, "'") : jsonOf(text)
}

/** One row for each run, one column for each pointer of any run. */
async function exportCsv(session: Session, options: ExportOptions): Promise<void> {
  const rows: { run: PipelineRun; values: Map<string, Value> }[] = []
  const pointers = new Set<string>()
  await withProgress(TITLE, async (progress) => {
    for await (const run of runsOf(session, options, ['metadata'])) {
      if (!('runMetadata' in run)) continue
      const values = new Map(leavesOf({ ...run.runMetadata }))
      for (const pointer of values.keys()) pointers.add(pointer)
      rows.push({ run, values })
      progress.total(rows.length)
      progress.add()
    }
  })
  const columns = [...pointers].sort()
  const table = rows.map(({ run, values }) => [
    ...FIELDS.map((name) => spreadsheetCell(run[name])),
    ...columns.map((pointer) => spreadsheetCell(values.get(pointer))),
  ])
  const text = stringify([[...FIELDS, ...columns], ...table], { eof: false })
  const { out } = options
  if (out === undefined) return await session.output.line(text)
  await withDraft(out, async (draft) => {
    await draft.cut(0)
    await draft.append(`${text}\n`)
  })
  session.output.note(`${out} has ${counted(rows.length)}`)
}

async function save(command: Command): Promise<void> {
  const options = optionsOf<ExportOptions>(command)
  if (options.out === '') throw wrongUsage('--out needs the name of a file')
  const session = await sessionOf(options)
  await (options.format === 'csv' ? exportCsv(session, options) : exportLines(session, options))
}

/** `runmeta export` */
export const exportCommand = (): Command =>
  withExamples(
    withFilters(
      new Command('export').description('Write runs with every log as JSON lines, or their latest values as CSV'),
    )
      .option('--out <file>', 'the file to write; an interrupted export continues where it stopped')
      .addOption(
        new Option('--format <format>', 'all logs of each run, or one row for each run').choices(['jsonl', 'csv']),
      )
      .action((_: unknown, command: Command) => save(command)),
    'runmeta export --out runs.jsonl',
    'runmeta export --pipeline iris --format csv > iris.csv',
  )
