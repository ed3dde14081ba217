import { type ListedRun, type PipelineRun, RunNotFoundError, type RunStatus, Typed, type Value } from '@runmeta/sdk'
import { Command, Option } from 'commander'
import { stringify } from 'csv-stringify/sync'
import { withExamples } from '../examples.ts'
import { CommandError, EXIT, wrongUsage } from '../exit.ts'
import { type Draft, openDraft } from '../file.ts'
import { jsonOf } from '../json.ts'
import { logPages } from '../logs.ts'
import { progressOf } from '../progress.ts'
import { fieldsOf, leavesOf } from '../run.ts'
import { optionsOf, type Session, sessionOf } from '../session.ts'
import { type FilterOptions, withFilters } from './list.ts'

/** Logs per request. */
const LOGS_PAGE = 1000
const VERSION = 1

interface ExportOptions extends FilterOptions {
  readonly out?: string
  readonly format?: 'jsonl' | 'csv'
}

const isStatus = (text: string): text is RunStatus => /^(?:running|completed|failed|stopped)$/.test(text)

/** The runs that match the options, oldest first, so that new runs come last. */
const runsOf = ({ client }: Session, options: FilterOptions, include: readonly 'metadata'[] | undefined) =>
  client.listPipelineRuns({
    ids: options.id,
    name: options.name,
    nameContains: options.nameContains,
    pipeline: options.pipeline,
    status: options.status?.filter(isStatus),
    createdAfter: options.createdAfter,
    createdBefore: options.createdBefore,
    where: options.where,
    order: 'createdAt',
    ...(include === undefined ? { pageSize: 200 } : { include }),
  })

/** The lines of a run: the run, its logs, oldest first, and the number of its logs. */
async function linesOfRun({ connection }: Session, run: ListedRun): Promise<string> {
  const logs: string[] = []
  let isIndexed = true
  for await (const page of logPages(connection, run.id, LOGS_PAGE)) {
    for (const log of page.logs) logs.push(`{"log":${jsonOf(log)}}`)
    isIndexed = page.isIndexed
  }
  const fields = { ...fieldsOf(run), ...(isIndexed ? {} : { index: false }) }
  return [
    JSON.stringify({ run: fields }),
    ...logs.reverse(),
    JSON.stringify({ end: run.id, logs: logs.length }),
    '',
  ].join('\n')
}

/** Identifies an export, so that a different one does not continue its file. */
function headOf({ url }: Session, options: FilterOptions): string {
  const { id, name, nameContains, pipeline, status, createdAfter, createdBefore, where } = options
  const query = { id, name, nameContains, pipeline, status, createdAfter, createdBefore, where }
  return `${JSON.stringify({ runmeta: VERSION, from: url, query })}\n`
}

const counted = (runs: number): string => (runs === 1 ? '1 run' : `${runs} runs`)

/** The complete runs in a draft, and where the last of them ends. */
export function wholeRuns(text: string, head: string): { ids: Set<string>; bytes: number } {
  const ids = new Set<string>()
  if (!text.startsWith(head)) return { ids, bytes: 0 }
  let end = head.length
  for (const { 0: line, 1: id = '', index } of text.matchAll(/^\{"end":"([^"]+)","logs":\d+\}\n/gm)) {
    ids.add(id)
    end = index + line.length
  }
  return { ids, bytes: Buffer.byteLength(text.slice(0, end)) }
}

async function resume(draft: Draft, head: string, file: string): Promise<Set<string>> {
  const isOther = draft.before.includes('\n') && !draft.before.startsWith(head)
  if (isOther) {
    throw new CommandError(EXIT.failed, `${file}.part is of another export; remove it, or give --out another name`)
  }
  const { ids, bytes } = wholeRuns(draft.before, head)
  await draft.cut(bytes)
  if (bytes === 0) await draft.append(head)
  return ids
}

async function exportLines(session: Session, options: ExportOptions): Promise<void> {
  const { output } = session
  const head = headOf(session, options)
  const draft = options.out === undefined ? undefined : await openDraft(options.out)
  const write = async (text: string) => (draft === undefined ? output.line(text.trimEnd()) : draft.append(text))
  const progress = progressOf('Exporting runs')
  try {
    const done = draft === undefined ? new Set<string>() : await resume(draft, head, options.out ?? '')
    if (draft === undefined) await write(head)
    let total = 0
    for await (const run of runsOf(session, options, undefined)) {
      progress.total(++total)
      if (!done.has(run.id)) await write(await linesOfRun(session, run).catch(goneIsNothing))
      progress.add()
    }
    await draft?.finish()
    progress.end()
    if (draft !== undefined) output.note(`${options.out} has ${counted(total)}`)
  } catch (error) {
    progress.end()
    await draft?.close().catch(() => undefined)
    throw error
  }
}

/** The error for a run that was deleted after it was listed. */
function goneIsNothing(error: unknown): string {
  if (error instanceof RunNotFoundError) return ''
  throw error
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
  const progress = progressOf('Exporting runs')
  const rows: { run: PipelineRun; values: Map<string, Value> }[] = []
  const pointers = new Set<string>()
  for await (const run of runsOf(session, options, ['metadata'])) {
    if (!('runMetadata' in run)) continue
    const values = new Map(leavesOf({ ...run.runMetadata }))
    for (const pointer of values.keys()) pointers.add(pointer)
    rows.push({ run, values })
    progress.total(rows.length)
    progress.add()
  }
  progress.end()
  const columns = [...pointers].sort()
  const table = rows.map(({ run, values }) => [
    ...FIELDS.map((name) => spreadsheetCell(run[name])),
    ...columns.map((pointer) => spreadsheetCell(values.get(pointer))),
  ])
  const text = stringify([[...FIELDS, ...columns], ...table])
  if (options.out === undefined) return await session.output.line(text.trimEnd())
  const draft = await openDraft(options.out)
  await draft.cut(0)
  await draft.append(text)
  await draft.finish()
  session.output.note(`${options.out} has ${counted(rows.length)}`)
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
      .option('--out <file>', 'the file to make; an export that was cut off goes on where it stopped')
      .addOption(
        new Option('--format <format>', 'JSON lines of all logs, or a row for each run').choices(['jsonl', 'csv']),
      )
      .action((_: unknown, command: Command) => save(command)),
    'runmeta export --out runs.jsonl',
    'runmeta export --pipeline iris --format csv > iris.csv',
  )
