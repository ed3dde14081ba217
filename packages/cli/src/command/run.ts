import type { RunStatus } from '@runmeta/sdk'
import { Command, Option } from 'commander'
import { withExamples } from '../examples.ts'
import { wrongUsage } from '../exit.ts'
import { fieldsOf, STATUSES } from '../run.ts'
import { optionsOf, sessionOf } from '../session.ts'

const statusOption = (text: string) => new Option('--status <status>', text).choices(STATUSES)

interface CreateOptions {
  readonly id?: string
  readonly name?: string
  readonly pipeline?: string
  readonly status?: RunStatus
  readonly startedAt?: string
  readonly endedAt?: string
  readonly expiresAt?: string
  readonly createdAt?: string
  /** Commander's name for `--no-index`. */
  readonly index: boolean
}

async function create(command: Command): Promise<void> {
  const options = optionsOf<CreateOptions>(command)
  const { id, name, pipeline, status, startedAt, endedAt, expiresAt, createdAt, index } = options
  const { client, output } = await sessionOf(options)
  const times = { startedAt, endedAt, expiresAt, createdAt }
  const run = await client.createRun({ id, name, pipeline, status, ...times, index: index ? undefined : false })
  if (!output.isTable) return await output.line(JSON.stringify(fieldsOf(run)))
  await output.line(`${run.isNew ? output.colors.green('Created') : 'Already exists:'} ${run.name} (${run.id})`)
}

/** `runmeta create` */
export const createCommand = (): Command =>
  withExamples(
    new Command('create')
      .description('Create a run, or get the existing one with this id or name')
      .option('--name <name>', 'its name, unique in the project (made from the pipeline and the time)')
      .option('--pipeline <name>', 'its pipeline')
      .addOption(statusOption('its status (running)'))
      .option('--id <uuid>', 'its id (a random one)')
      .option('--started-at <time>', 'when it started, such as 2026-03-01T12:00:00Z')
      .option('--ended-at <time>', 'when it ended')
      .option('--expires-at <time>', 'when it expires: from then on it counts as deleted')
      .option('--created-at <time>', 'when it was created, for imports; needs the role admin')
      .option('--no-index', 'do not make its metadata searchable; logging costs less')
      .action((_: unknown, command: Command) => create(command)),
    'runmeta create --name iris-2 --pipeline iris',
    'runmeta create --name short-lived --expires-at 2099-01-01T00:00:00Z',
  )

interface UpdateOptions {
  readonly name?: string
  readonly pipeline?: string
  readonly status?: RunStatus
  readonly endedAt?: string
  readonly expiresAt?: string
}

async function update(reference: string, command: Command): Promise<void> {
  const options = optionsOf<UpdateOptions>(command)
  const { name, pipeline, status, endedAt, expiresAt } = options
  const changes = { name, pipeline, status, endedAt, expiresAt: expiresAt === 'never' ? null : expiresAt }
  if (Object.values(changes).every((change) => change === undefined)) {
    throw wrongUsage('nothing to change: give --status, --name, --pipeline, --ended-at or --expires-at')
  }
  const { client, output } = await sessionOf(options)
  const run = await client.updateRun(reference, changes)
  if (!output.isTable) return await output.line(JSON.stringify(fieldsOf(run)))
  await output.line(`${output.colors.green('Changed')} ${run.name} (${run.id}): ${run.status}`)
}

/** `runmeta update` */
export const updateCommand = (): Command =>
  withExamples(
    new Command('update')
      .description('Change the status, end, name, pipeline or expiry of a run')
      .argument('<run>', 'id or exact name of the run')
      .addOption(statusOption('its new status'))
      .option('--ended-at <time>', 'when it ended (now, if the status ends the run)')
      .option('--name <name>', 'another name; the old one is free at once')
      .option('--pipeline <name>', 'its pipeline')
      .option('--expires-at <time>', 'when it expires: from then on it counts as deleted; "never" removes the expiry')
      .action((run: string, _: unknown, command: Command) => update(run, command)),
    'runmeta update iris-1 --status completed',
    'runmeta update iris-1 --pipeline flowers',
  )

async function remove(references: readonly string[], command: Command): Promise<void> {
  const { client, output } = await sessionOf(optionsOf(command))
  for (const reference of references) {
    await client.deleteRun(reference)
    if (output.isTable) await output.line(`${output.colors.green('Deleted')} ${reference}`)
  }
}

/** `runmeta delete` */
export const deleteCommand = (): Command =>
  withExamples(
    new Command('delete')
      .description('Delete runs and their metadata, for good; needs the role admin')
      .argument('<run...>', 'id or exact name of the run')
      .action((runs: readonly string[], _: unknown, command: Command) => remove(runs, command)),
    'runmeta delete iris-9',
  )

interface UnsetOptions {
  readonly step?: string
  readonly exact?: boolean
}

async function unset(reference: string, key: string, command: Command): Promise<void> {
  const options = optionsOf<UnsetOptions>(command)
  const { client, output } = await sessionOf(options)
  await client.unset(reference, key, { step: options.step, exact: options.exact })
  if (output.isTable) await output.line(`${output.colors.green('Unset')} ${key}; \`runmeta history\` still shows it`)
}

/** `runmeta unset` */
export const unsetCommand = (): Command =>
  withExamples(
    new Command('unset')
      .description('Remove the value of a key; its history stays')
      .argument('<run>', 'id, name or prefix of the run')
      .argument('<key>', 'the key')
      .option('--step <name>', 'the key of this step')
      .option('--exact', '<run> is a complete id or name, not a prefix')
      .action((run: string, key: string, _: unknown, command: Command) => unset(run, key, command)),
    'runmeta unset iris-1 note',
  )
