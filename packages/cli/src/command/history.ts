import { type HistoryEntry, isNumeric } from '@runmeta/sdk'
import { write } from '@runmeta/sdk/value/write'
import { Command } from 'commander'
import { withExamples } from '../examples.ts'
import { CommandError, EXIT } from '../exit.ts'
import { jsonOf } from '../json.ts'
import { wholeNumber } from '../option.ts'
import { cell, table, valueCell } from '../output.ts'
import { plotOf } from '../plot.ts'
import { optionsOf, sessionOf } from '../session.ts'

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

/** A number's history, oldest first, drawn with characters. */
function drawn(entries: readonly HistoryEntry[], key: string): string {
  const points = entries.flatMap(({ value }) => {
    const number = isNumeric(value) ? Number(String(value)) : Number.NaN
    return Number.isFinite(number) ? [number] : []
  })
  if (points.length === 0) throw new CommandError(EXIT.failed, `${key} has no numbers to plot; leave out --plot`)
  return `${plotOf(points.reverse())}\n${' '.repeat(14)}${points.length} values, oldest to newest`
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
  if (plot) return await output.line(drawn(entries, key))
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
