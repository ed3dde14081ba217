import { type HistoryEntry, isNumeric } from '@runmeta/sdk'
import { write } from '@runmeta/sdk/value/write'
import { plot as draw } from 'asciichart'
import { Command } from 'commander'
import { withExamples } from '../examples.ts'
import { CommandError, EXIT } from '../exit.ts'
import { jsonOf } from '../json.ts'
import { wholeNumber } from '../option.ts'
import { cell, table, valueCell } from '../output.ts'
import { optionsOf, sessionOf } from '../session.ts'

/** The most points of a plot on a narrow terminal. */
const PLOT_WIDTH = 60
const PLOT_HEIGHT = 12

interface HistoryOptions {
  readonly step?: string
  readonly exact?: boolean
  readonly limit?: number
  readonly plot?: boolean
}

/** An entry as the API returns it, with the types beside the value. */
function entryJson({ value, log, step, createdAt, by }: HistoryEntry): string {
  const { types } = write({ '': value })
  // The pointers begin with the empty name.
  const own = Object.fromEntries([...types].map(([pointer, type]) => [pointer.slice(1), type]))
  return `{"value":${jsonOf(value)},"types":${JSON.stringify(own)},${JSON.stringify({ log, step, createdAt, by }).slice(1)}`
}

/** Reduces the points to as many as fit, each the mean of several. */
function thinned(points: readonly number[]): number[] {
  if (points.length <= PLOT_WIDTH) return [...points]
  return Array.from({ length: PLOT_WIDTH }, (_, at) => {
    const from = Math.floor((at * points.length) / PLOT_WIDTH)
    const part = points.slice(from, Math.max(from + 1, Math.floor(((at + 1) * points.length) / PLOT_WIDTH)))
    return part.reduce((sum, point) => sum + point, 0) / part.length
  })
}

/** A number's history, oldest first, drawn with characters. */
function plotOf(entries: readonly HistoryEntry[], key: string): string {
  const points = entries.flatMap(({ value }) => {
    const number = isNumeric(value) ? Number(String(value)) : Number.NaN
    return Number.isFinite(number) ? [number] : []
  })
  if (points.length === 0) throw new CommandError(EXIT.failed, `${key} has no numbers to plot; leave out --plot`)
  const drawn = draw(thinned(points.reverse()), {
    height: PLOT_HEIGHT,
    format: (y) => y.toPrecision(6).padStart(12),
  })
  return `${drawn}\n${' '.repeat(14)}${points.length} values, oldest to newest`
}

async function history(reference: string, key: string, command: Command): Promise<void> {
  const options = optionsOf<HistoryOptions>(command)
  const { client, output } = await sessionOf(options)
  const { step, exact, limit = Number.POSITIVE_INFINITY, plot } = options
  const entries: HistoryEntry[] = []
  let count = 0
  for await (const entry of client.history(reference, key, { step, exact, pageSize: Math.min(limit, 1000) })) {
    if (plot || output.isTable) entries.push(entry)
    else await output.line(entryJson(entry))
    if (++count >= limit) break
  }
  if (plot) return await output.line(plotOf(entries, key))
  if (!output.isTable) return
  const rows = entries.map(({ value, createdAt, step: named, by }) => [
    createdAt,
    valueCell(value),
    cell(named ?? ''),
    cell(by.key.name),
  ])
  await output.line(table(output, ['at', 'value', 'step', 'by'], rows))
}

/** `runmeta history` */
export const historyCommand = (): Command =>
  withExamples(
    new Command('history')
      .description('Show the history of a key, newest first')
      .argument('<run>', 'id, name or prefix of the run')
      .argument('<key>', 'the key')
      .option('--step <name>', 'the key of this step')
      .option('--limit <number>', 'show at most this many entries (all)', wholeNumber(1, 1_000_000_000))
      .option('--plot', 'plot the numbers')
      .option('--exact', '<run> is a complete id or name, not a prefix')
      .action((run: string, key: string, _: unknown, command: Command) => history(run, key, command)),
    'runmeta history iris-1 accuracy',
    'runmeta history iris-1 accuracy --plot',
  )
