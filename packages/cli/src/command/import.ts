import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { withExamples } from '../examples.ts'
import { CommandError, EXIT } from '../exit.ts'
import { type Importing, importing } from '../importing.ts'
import { withProgress } from '../progress.ts'
import { optionsOf, sessionOf } from '../session.ts'
import { importLines } from '../source/jsonl.ts'
import type { MlflowStore } from '../source/mlflow.ts'

/** Runs an import and prints what it added. */
async function add(command: Command, from: (target: Importing) => Promise<void>): Promise<void> {
  const session = await sessionOf(optionsOf(command))
  const { output } = session
  const { counts, tooLarge } = await withProgress('Importing logs', async (progress) => {
    const target = importing(session, progress)
    await from(target)
    return target
  })
  const { runs, newRuns, newLogs } = counts
  const added = `${output.colors.green('Imported')} ${runs} runs, ${newRuns} of them new, and ${newLogs} new logs`
  await output.line(output.isTable ? added : JSON.stringify({ runs, newRuns, newLogs }))
  if (tooLarge.length === 0) return
  throw new CommandError(EXIT.failed, `logs that were not imported: ${tooLarge.length}; of run ${tooLarge[0]}`)
}

const kindOf = async (path: string): Promise<'file' | 'folder' | undefined> => {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return undefined
  return found.isDirectory() ? 'folder' : 'file'
}

/** The path of a local store: MLflow writes it as a path, `file:` or `sqlite:`. */
const pathOf = (text: string): string => {
  if (text.startsWith('sqlite:///')) return text.slice('sqlite:///'.length)
  return text.startsWith('file:') ? fileURLToPath(text) : text
}

async function mlflowStore(text: string): Promise<MlflowStore> {
  if (/^https?:\/\//.test(text)) return (await import('../source/mlflow-server.ts')).mlflowServer(text)
  const path = pathOf(text)
  const kind = await kindOf(path)
  const database = kind === 'file' ? path : join(path, 'mlflow.db')
  if (kind !== undefined && (await kindOf(database)) === 'file') {
    return (await import('../source/mlflow-sqlite.ts')).mlflowSqlite(database)
  }
  const nested = join(path, 'mlruns')
  const root = (await kindOf(nested)) === 'folder' ? nested : path
  if ((await kindOf(root)) === 'folder') return (await import('../source/mlflow-files.ts')).mlflowFiles(root)
  const remedy = 'give the address of a tracking server, the folder of mlflow.db or mlruns, or sqlite:///<file>'
  // The address of a database may contain a password.
  const shown = text.replace(/(?<=^[\w+.-]+:\/\/).*/s, '…')
  throw new CommandError(EXIT.failed, `${shown} is not an MLflow store; ${remedy}`)
}

async function fromMlflow(text: string, command: Command): Promise<void> {
  const { importMlflow } = await import('../source/mlflow.ts')
  const store = await mlflowStore(text)
  await add(command, (target) => importMlflow(target, store))
}

async function fromZenml(url: string, command: Command): Promise<void> {
  if (!/^https?:\/\//.test(url)) {
    throw new CommandError(EXIT.failed, 'the address must begin with http:// or https://; give that of a ZenML server')
  }
  const { importZenml, zenmlServer } = await import('../source/zenml.ts')
  const store = await zenmlServer(url)
  await add(command, (target) => importZenml(target, store))
}

/** `runmeta import` */
export function importCommand(): Command {
  const command = withExamples(
    new Command('import')
      .description('Import runs from an export, from MLflow or from ZenML; run it again to import what is new')
      .argument('<file>', 'a file that `runmeta export` wrote, or - for stdin')
      .action((file: string, _: unknown, own: Command) => add(own, (target) => importLines(target, file))),
    'runmeta import runs.jsonl',
    'runmeta export --pipeline iris | runmeta import -',
  )
  command.addCommand(
    withExamples(
      new Command('mlflow')
        .description('Import the runs of an MLflow tracking server or of a local store')
        .argument('<uri>', 'the address of a server, the folder of mlflow.db or mlruns, or sqlite:///<file>')
        .action((text: string, _: unknown, own: Command) => fromMlflow(text, own)),
      'runmeta import mlflow http://127.0.0.1:5000',
      'runmeta import mlflow ./mlruns',
    ),
  )
  command.addCommand(
    withExamples(
      new Command('zenml')
        .description('Import the runs of a ZenML server')
        .argument('<url>', 'the address of the server')
        .action((url: string, _: unknown, own: Command) => fromZenml(url, own)),
      'runmeta import zenml http://127.0.0.1:8237',
    ),
  )
  return command
}
