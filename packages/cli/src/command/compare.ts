import { Command } from 'commander'
import { withExamples } from '../examples.ts'
import { wrongUsage } from '../exit.ts'
import { jsonOf } from '../json.ts'
import { cell, table, valueCell } from '../output.ts'
import { optionsOf, sessionOf } from '../session.ts'

/** The most runs in one comparison. */
const MAX_RUNS = 20

async function compare(references: readonly string[], command: Command): Promise<void> {
  const options = optionsOf<{ readonly differences?: boolean }>(command)
  if (references.length < 2 || references.length > MAX_RUNS) throw wrongUsage(`compare takes 2 to ${MAX_RUNS} runs`)
  const { client, output } = await sessionOf(options)
  const { runs, rows, differences } = await client.compare(references)
  const shown = options.differences ? differences : rows
  if (!output.isTable) {
    for (const { pointer, values, differs } of shown) {
      // By id, because names may change. A run without a value has no entry.
      const members = runs.flatMap(({ id }, at) => {
        const value = values[at]
        return value === undefined ? [] : [`${JSON.stringify(id)}:${jsonOf(value)}`]
      })
      await output.line(`{"pointer":${JSON.stringify(pointer)},"differs":${differs},"values":{${members.join(',')}}}`)
    }
    return
  }
  const { colors } = output
  const lines = shown.map(({ pointer, values, differs }) => [
    differs ? colors.yellow(`* ${cell(pointer)}`) : `  ${cell(pointer)}`,
    ...values.map(valueCell),
  ])
  const head = ['', ...runs.map(({ name }) => name)]
  await output.line(lines.length === 0 ? 'Nothing to show.' : table(output, head, lines))
}

/** `runmeta compare` */
export const compareCommand = (): Command =>
  withExamples(
    new Command('compare')
      .description('Show runs side by side; * marks what differs')
      .argument('<run...>', 'ids, names or prefixes of 2 to 20 runs')
      .option('--differences', 'show only what differs')
      .action((runs: readonly string[], _: unknown, command: Command) => compare(runs, command)),
    'runmeta compare iris-1 iris-2',
    'runmeta compare iris-1 iris-2 --differences',
  )
