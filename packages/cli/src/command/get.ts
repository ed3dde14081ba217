import { type PipelineRun, Typed } from '@runmeta/sdk'
import { valueAt } from '@runmeta/sdk/value/at'
import { Command } from 'commander'
import { withExamples } from '../examples.ts'
import { CommandError, EXIT } from '../exit.ts'
import { jsonOf } from '../json.ts'
import { cell, type Output, table, valueCell } from '../output.ts'
import { fieldsOf, leavesOf, pointerOf, runJson } from '../run.ts'
import { optionsOf, sessionOf } from '../session.ts'

interface GetOptions {
  readonly at?: string
  readonly step?: string
  readonly exact?: boolean
}

const metadataTable = (output: Output, metadata: PipelineRun['runMetadata']): string => {
  const rows = leavesOf({ ...metadata }).map(([pointer, value]) => [
    cell(pointer),
    valueCell(value),
    output.colors.dim(Typed.is(value) ? value.type : ''),
  ])
  return rows.length === 0 ? 'No metadata yet.' : table(output, ['pointer', 'value', ''], rows)
}

/** A run as text: its fields, its metadata and its steps. */
export function runText(output: Output, run: PipelineRun): string {
  const facts = Object.entries(fieldsOf(run)).map(([name, value]) => `${output.colors.dim(name.padEnd(10))} ${value}`)
  const steps = Object.entries(run.steps).map(
    ([name, step]) => `${output.colors.bold(`Step ${cell(name)}`)}\n${metadataTable(output, step.runMetadata)}`,
  )
  return [facts.join('\n'), metadataTable(output, run.runMetadata), ...steps].join('\n\n')
}

async function get(reference: string, pointer: string | undefined, command: Command): Promise<void> {
  const options = optionsOf<GetOptions>(command)
  const { client, output } = await sessionOf(options)
  const { at, exact, step } = options
  const run = await client.getPipelineRun(reference, { at, exact })
  const metadata = step === undefined ? run.runMetadata : run.steps[step]?.runMetadata
  if (metadata === undefined) {
    const names = Object.keys(run.steps).join(', ') || 'none'
    throw new CommandError(EXIT.notFound, `${run.name} has no step ${JSON.stringify(step)}; its steps: ${names}`)
  }
  if (pointer === undefined && step === undefined) {
    return await output.line(output.isTable ? runText(output, run) : runJson(run))
  }
  // Most people want a whole key, so accept a key without a slash.
  const place = pointer ? pointerOf(pointer) : ''
  const value = valueAt(metadata, place)
  if (value === undefined) {
    throw new CommandError(
      EXIT.notFound,
      `${run.name} has no value at ${place}; \`runmeta get ${run.name}\` shows all of them`,
    )
  }
  await output.line(jsonOf(value))
}

/** `runmeta get` */
export const getCommand = (): Command =>
  withExamples(
    new Command('get')
      .description('Show a run with its metadata, or one value of it as JSON')
      .argument('<run>', 'id, name or prefix of the run')
      .argument('[pointer]', 'show only the value of this key, or at this JSON Pointer')
      .option('--at <moment>', 'the metadata as of a time, or as of a log, given by its id or position')
      .option('--step <name>', 'the metadata of this step')
      .option('--exact', '<run> is a complete id or name, not a prefix')
      .action((run: string, pointer: string | undefined, _: unknown, command: Command) => get(run, pointer, command)),
    'runmeta get iris-1',
    'runmeta get iris-1 /run_metrics/recall',
    'runmeta get iris-1 --json',
  )
