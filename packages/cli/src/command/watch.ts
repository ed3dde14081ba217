import { Command } from 'commander'
import { withExamples } from '../examples.ts'
import { wholeNumber } from '../option.ts'
import { runJson } from '../run.ts'
import { optionsOf, sessionOf } from '../session.ts'
import { runText } from './get.ts'

interface WatchOptions {
  readonly interval?: number
  readonly exact?: boolean
}

async function watch(reference: string, command: Command): Promise<void> {
  const options = optionsOf<WatchOptions>(command)
  const { client, output } = await sessionOf(options)
  const { interval = 2000, exact } = options
  for await (const run of client.watch(reference, { interval, exact })) {
    // A terminal shows only the current state, a pipe every change.
    const clear = output.isTable ? '\u001b[2J\u001b[H' : ''
    await output.line(output.isTable ? clear + runText(output, run) : runJson(run))
  }
}

/** `runmeta watch` */
export const watchCommand = (): Command =>
  withExamples(
    new Command('watch')
      .description('Show a run now and after every change, until it has ended')
      .argument('<run>', 'id, name or prefix of the run')
      .option('--interval <ms>', 'milliseconds between two reads (2000)', wholeNumber(100, 3_600_000))
      .option('--exact', '<run> is a complete id or name, not a prefix')
      .action((run: string, _: unknown, command: Command) => watch(run, command)),
    'runmeta watch iris-1',
  )
