import { Command } from 'commander'
import { getCommand } from './command/get.ts'
import { listCommand, searchCommand } from './command/list.ts'
import { logCommand } from './command/log.ts'
import { startCommand } from './command/start.ts'

/** Replaced by the version when the package is built. */
declare const RUNMETA_VERSION: string

/** The command with all that it takes. */
export function program(): Command {
  const runmeta = new Command('runmeta')
    .description('Metadata for the runs of your pipelines: log it from a step or a shell, read it back by id, name or prefix.')
    .version(RUNMETA_VERSION)
    .option('--url <url>', 'where the server is (RUNMETA_URL, else the server on this machine)')
    .option('--key <key>', 'the API key; other users see it in the process list, so prefer RUNMETA_API_KEY')
    .option('--json', 'write JSON on a terminal too; errors as the API’s problem')
    .configureHelp({ showGlobalOptions: true })
  for (const command of [startCommand(), logCommand(), getCommand(), listCommand(), searchCommand()]) {
    command.copyInheritedSettings(runmeta)
    runmeta.addCommand(command)
  }
  return runmeta
}
