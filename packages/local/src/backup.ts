import { join, resolve } from 'node:path'
import { DATABASE_FILE } from './backing.ts'
import { runScript } from './script.ts'
import { settings } from './settings.ts'
import { backup } from './sqlite/backup.ts'

/** `npm run backup -- <file>`: copies the database of `RUNMETA_DATA` into a new file, even while a server runs. */
async function main([target]: readonly string[]): Promise<string> {
  if (target === undefined) throw new Error('name the file of the backup: npm run backup -- <file>')
  const { store, directory } = settings(process.env)
  if (store !== undefined) throw new Error('RUNMETA_DYNAMODB_ENDPOINT is set; back its table up where it is')
  await backup(join(directory, DATABASE_FILE), resolve(target))
  return `the backup is in ${resolve(target)}`
}

await runScript(() => main(process.argv.slice(2)))
