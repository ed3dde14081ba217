import { join, resolve } from 'node:path'
import { dataDirectory } from '@runmeta/local/settings'
import { Command } from 'commander'
import { withExamples } from '../examples.ts'
import { outputOf } from '../output.ts'
import { optionsOf } from '../session.ts'

interface BackupOptions {
  readonly data?: string
}

async function save(file: string, command: Command): Promise<void> {
  const { data, json } = optionsOf<BackupOptions>(command)
  const { backup } = await import('@runmeta/local/sqlite/backup')
  const directory = dataDirectory(data === undefined ? process.env : { RUNMETA_DATA: data })
  const target = resolve(file)
  await backup(join(directory, 'runmeta.sqlite'), target)
  const output = outputOf(json === true)
  if (!output.isTable) return await output.line(JSON.stringify({ file: target }))
  await output.line(`${output.colors.green('Saved')} ${target}
To restore it, put it into an empty directory as runmeta.sqlite and start a server there.`)
}

/** `runmeta backup` */
export const backupCommand = (): Command =>
  withExamples(
    new Command('backup')
      .description(
        'Copy the data of the server on this machine into a new file, even while it runs; to restore, put the file into an empty directory as runmeta.sqlite',
      )
      .argument('<file>', 'the file to create')
      .option('--data <directory>', 'the data directory (RUNMETA_DATA, else .runmeta)')
      .action((file: string, _: unknown, command: Command) => save(file, command)),
    'runmeta backup runmeta-backup.sqlite',
  )
