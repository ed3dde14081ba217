import { Command } from 'commander'
import { backupCommand } from './command/backup.ts'
import { compareCommand } from './command/compare.ts'
import { exportCommand } from './command/export.ts'
import { getCommand } from './command/get.ts'
import { historyCommand } from './command/history.ts'
import { importCommand } from './command/import.ts'
import { keysCommand, tokenCommand } from './command/keys.ts'
import { listCommand, searchCommand } from './command/list.ts'
import { logCommand } from './command/log.ts'
import { openCommand } from './command/open.ts'
import { createCommand, deleteCommand, unsetCommand, updateCommand } from './command/run.ts'
import { startCommand } from './command/start.ts'
import { watchCommand } from './command/watch.ts'
import { addCompletion } from './completion.ts'

/** Replaced by the version when the package is built. */
declare const RUNMETA_VERSION: string

const COMMANDS = [
  startCommand,
  logCommand,
  getCommand,
  listCommand,
  searchCommand,
  historyCommand,
  compareCommand,
  watchCommand,
  createCommand,
  updateCommand,
  deleteCommand,
  unsetCommand,
  tokenCommand,
  keysCommand,
  exportCommand,
  importCommand,
  backupCommand,
  openCommand,
]

/** Copies the settings of the command to its subcommands, which were created separately. */
function inherit(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent)
    inherit(command)
  }
}

/** The command with all subcommands. Errors in arguments go to `complain`. */
export function program(complain: (text: string) => void): Command {
  const runmeta = new Command('runmeta')
    .description(
      'Metadata for the runs of your pipelines: log it from a step or a shell, read it back by id, name or prefix.',
    )
    .version(RUNMETA_VERSION)
    .option('--url <url>', 'address of the server (RUNMETA_URL, else the server on this machine)')
    .option('--key <key>', 'the API key; other users see it in the process list, so prefer RUNMETA_API_KEY')
    .option('--json', 'print JSON on a terminal too, and errors as JSON')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: complain })
    .exitOverride()
  for (const command of COMMANDS) runmeta.addCommand(command())
  addCompletion(runmeta)
  const help = `
Start here:
  $ runmeta create --name iris-1 --pipeline iris
  $ runmeta log iris-1 accuracy=0.97
  $ runmeta get iris-1

Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 not found, 4 ambiguous, 5 not authorised, 6 no answer.`
  runmeta.addHelpText('after', help)
  inherit(runmeta)
  return runmeta
}
