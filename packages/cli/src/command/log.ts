import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { send } from '@runmeta/sdk/http/send'
import { receiptOf } from '@runmeta/sdk/log/receipt'
import { queryOf, runPath } from '@runmeta/sdk/run/path'
import { Command } from 'commander'
import { withExamples } from '../examples.ts'
import { CommandError, EXIT, wrongUsage } from '../exit.ts'
import { several } from '../option.ts'
import { pointerOf } from '../run.ts'
import { optionsOf, sessionOf } from '../session.ts'

interface LogOptions {
  readonly file?: string
  readonly step?: string
  /** Commander's name for `--no-related`. */
  readonly related: boolean
  readonly uri?: readonly string[]
  readonly path?: readonly string[]
  readonly dtype?: readonly string[]
  readonly size?: readonly string[]
  readonly idempotencyKey?: string
  readonly exact?: boolean
}

const isJson = (source: string): boolean => {
  try {
    JSON.parse(source)
    return true
  } catch {
    return false
  }
}

/** Converts `key=value` to a member of a JSON object. The value is JSON if it parses as JSON, else a string. */
function memberOf(pair: string): string {
  const at = pair.indexOf('=')
  if (at < 1) throw wrongUsage(`expected key=value, got ${JSON.stringify(pair)}; use --file for a key that contains =`)
  const value = pair.slice(at + 1)
  return `${JSON.stringify(pair.slice(0, at))}:${isJson(value) ? value : JSON.stringify(value)}`
}

/** The metadata in a file or on standard input, unparsed, so that numbers keep their digits; the server checks it. */
async function fileText(file: string): Promise<string> {
  const reading = file === '-' ? text(process.stdin) : readFile(file, 'utf8')
  const source = await reading.catch((error: Error) => {
    throw new CommandError(EXIT.failed, `${file} cannot be read: ${error.message}`)
  })
  if (isJson(source) && source.trimStart().startsWith('{')) return source
  const name = file === '-' ? 'standard input' : file
  throw new CommandError(EXIT.failed, `${name} is not a JSON object of keys and values`)
}

function typesOf({ uri = [], path = [], dtype = [], size = [] }: LogOptions): Record<string, string> {
  const typed = (keys: readonly string[], type: string) => keys.map((key) => [pointerOf(key), type])
  return Object.fromEntries([
    ...typed(uri, 'Uri'),
    ...typed(path, 'Path'),
    ...typed(dtype, 'DType'),
    ...typed(size, 'StorageSize'),
  ])
}

async function metadataOf(pairs: readonly string[], file: string | undefined): Promise<string> {
  const source = pairs.length === 1 && pairs[0] === '-' ? '-' : file
  if (source === undefined && pairs.length === 0) throw wrongUsage('nothing to log: give key=value, --file f.json or -')
  if (source === undefined) return `{${pairs.map(memberOf).join(',')}}`
  if (source !== '-' && pairs.length > 0) throw wrongUsage('give either key=value or --file, not both')
  return await fileText(source)
}

async function log(run: string, pairs: readonly string[], command: Command): Promise<void> {
  const options = optionsOf<LogOptions>(command)
  const metadata = await metadataOf(pairs, options.file)
  const { step, related, exact, idempotencyKey = randomUUID() } = options
  const { connection, output } = await sessionOf(options)
  const rest = { types: typesOf(options), step, relatedEntities: related ? undefined : false }
  const { run: found, log: made } = await send(connection, {
    method: 'POST',
    path: `${runPath(run)}/metadata${queryOf({ exact })}`,
    body: `{"metadata":${metadata},${JSON.stringify(rest).slice(1)}`,
    idempotencyKey,
    decode: receiptOf,
  })
  if (!output.isTable) return await output.line(JSON.stringify({ run: found, log: made }))
  const place = made.step === undefined ? '' : `, step ${made.step}`
  await output.line(`${output.colors.green('Logged')} to ${found.name} (${found.id})${place} at ${made.createdAt}`)
}

/** `runmeta log` */
export const logCommand = (): Command =>
  withExamples(
    new Command('log')
      .description('Log metadata to a run or to one of its steps, all or nothing')
      .argument('<run>', 'id, name or prefix of the run')
      .argument('[values...]', 'key=value, where the value is JSON if it parses as JSON, else a string; or - for stdin')
      .option('--file <file>', 'a file with a JSON object of keys and values, - for stdin')
      .option('--step <name>', 'log to this step of the run, and to the run')
      .option('--no-related', 'log only to the step, not to the run')
      .option('--uri <key>', 'the value of this key, or at this JSON Pointer, is a URI; repeatable', several)
      .option('--path <key>', 'the same for a path; repeatable', several)
      .option('--dtype <key>', 'the same for the type of an array’s elements; repeatable', several)
      .option('--size <key>', 'the same for a size in bytes; repeatable', several)
      .option('--idempotency-key <key>', 'logs with the same key count once')
      .option('--exact', '<run> is a complete id or name, not a prefix')
      .action((run: string, values: readonly string[], _: unknown, command: Command) => log(run, values, command)),
    'runmeta log iris-1 accuracy=0.97 note="first try"',
    'runmeta log iris-1 --step train --size bytes dataset=s3://bucket/iris.csv --uri dataset bytes=1024',
    `echo '{"run_metrics":{"recall":0.9}}' | runmeta log iris-1 -`,
  )
