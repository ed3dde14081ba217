import type { Role } from '@runmeta/sdk'
import { Command, Option } from 'commander'
import { withExamples } from '../examples.ts'
import { wholeNumber } from '../option.ts'
import { cell, table } from '../output.ts'
import { optionsOf, sessionOf } from '../session.ts'

async function list(command: Command): Promise<void> {
  const { client, output } = await sessionOf(optionsOf(command))
  const keys = await client.listKeys()
  if (!output.isTable) {
    for (const key of keys) await output.line(JSON.stringify(key))
    return
  }
  const rows = keys.map(({ id, name, project, role, createdAt, expiresAt = '' }) => [
    id,
    cell(name),
    project,
    role,
    createdAt,
    expiresAt,
  ])
  const text =
    rows.length === 0
      ? 'No API keys yet.'
      : table(output, ['id', 'name', 'project', 'role', 'created', 'expires'], rows)
  await output.line(text)
}

interface CreateOptions {
  readonly role: Role
  readonly project?: string
  readonly name?: string
  readonly expiresAt?: string
}

async function create(command: Command): Promise<void> {
  const options = optionsOf<CreateOptions>(command)
  const { client, output } = await sessionOf(options)
  const { role, project, name, expiresAt } = options
  const made = await client.createKey({ role, project, name, expiresAt })
  if (!output.isTable) return await output.line(JSON.stringify(made))
  await output.line(
    `${made.key}\n\nRole ${made.role}, project ${made.project}. The key is shown only once: store it now.`,
  )
}

async function revoke(id: string, command: Command): Promise<void> {
  const { client, output } = await sessionOf(optionsOf(command))
  await client.revokeKey(id)
  if (output.isTable)
    await output.line(`${output.colors.green('Revoked')} ${id}; it is refused everywhere within a minute`)
}

/** `runmeta keys` */
export function keysCommand(): Command {
  const keys = new Command('keys').description('List, create and revoke API keys; needs the role admin')
  keys.addCommand(
    withExamples(
      new Command('list')
        .description('List the API keys of the project, without their secrets')
        .action((_: unknown, command: Command) => list(command)),
      'runmeta keys list',
    ),
  )
  keys.addCommand(
    withExamples(
      new Command('create')
        .description('Create an API key, which is shown only once')
        .addOption(
          new Option('--role <role>', 'what it may do').choices(['read', 'log', 'admin', 'root']).makeOptionMandatory(),
        )
        .option('--project <project>', 'its project; only a root key may set it')
        .option('--name <name>', 'its name, which the history shows as the author of logs')
        .option('--expires-at <time>', 'when it expires, such as 2026-03-01T12:00:00Z')
        .action((_: unknown, command: Command) => create(command)),
      'runmeta keys create --role log --name training',
    ),
  )
  keys.addCommand(
    withExamples(
      new Command('revoke')
        .description('Revoke an API key, and the run tokens that it issued')
        .argument('<id>', 'its id, as `runmeta keys list` shows it; not the key')
        .action((id: string, _: unknown, command: Command) => revoke(id, command)),
      'runmeta keys revoke KEY_ID',
    ),
  )
  return keys
}

/** How long a run token may be valid, in seconds. */
const MIN_TOKEN_S = 60
const MAX_TOKEN_S = 604_800

async function token(reference: string, command: Command): Promise<void> {
  const options = optionsOf<{ readonly expiresIn?: number }>(command)
  const { client, output } = await sessionOf(options)
  const made = await client.createRunToken(reference, { expiresIn: options.expiresIn ?? 3600 })
  await output.line(
    output.isTable ? `${made.token}\n\nIt can only log to this run, until ${made.expiresAt}.` : JSON.stringify(made),
  )
}

/** `runmeta token` */
export const tokenCommand = (): Command =>
  withExamples(
    new Command('token')
      .description('Create a token for a step, which can only log to one run')
      .argument('<run>', 'id or exact name of the run')
      .option('--expires-in <seconds>', 'how long it is valid (3600)', wholeNumber(MIN_TOKEN_S, MAX_TOKEN_S))
      .action((run: string, _: unknown, command: Command) => token(run, command)),
    'runmeta token iris-1 --expires-in 600',
  )
