import { isLoopback } from './external.ts'
import { requestLog } from './log.ts'
import { type Serving, serve } from './serve.ts'
import { settings } from './settings.ts'
import { stopAtSignal } from './signals.ts'

const log = (line: string): void => void process.stderr.write(`runmeta: ${line}\n`)

function fail(reason: string): never {
  log(reason)
  process.exit(1)
}

/** A path as one word of a shell, whatever characters it has. */
const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`

/** The start message: the address, where the key is, and a command to try. */
export function greeting({ url, rootKey, engine }: Serving, isTerminal: boolean): string {
  const { file } = rootKey
  const [place, key] = file === undefined ? ['RUNMETA_ROOT_KEY', '$RUNMETA_ROOT_KEY'] : [file, `$(cat ${quoted(file)})`]
  // The link has the key in its fragment, which no server sees. Print it only on a terminal.
  const signedIn = isTerminal ? `\nSigned in:  ${url}/#key=${encodeURIComponent(rootKey.key)}` : ''
  return `runmeta serves ${url}

Dashboard:  ${url}/${signedIn}
Reference:  ${url}/docs
API key:    in ${place}
Store:      ${engine.name}; ${engine.promises.join('; ')}

Try it:

curl -sS ${url}/v1/runs -H "Authorization: Bearer ${key}" -H 'Content-Type: application/json' -d '{"name":"my-first-run"}'
`
}

function warnOfPlainText(host: string): void {
  if (isLoopback(host.includes(':') ? `[${host}]` : host)) return
  log(`HOST=${host} accepts requests from other machines without encryption: anyone on the way can read the API key.`)
  log('Put a proxy that speaks TLS in front.')
}

/** Serves with the settings of the environment until a signal: `npm start` and `runmeta start`. */
export async function start(env: Readonly<Record<string, string | undefined>> = process.env): Promise<void> {
  // Only the owner may read the data, like the key.
  process.umask(0o077)
  // Then a write beyond the file size limit fails as on a full disk, and does not end the process.
  process.on('SIGXFSZ', () => undefined)
  try {
    const { logLevel, ...options } = settings(env)
    const { stdout } = process
    const isTerminal = stdout.isTTY === true
    const onResponse = requestLog({ level: logLevel, isTerminal, stream: stdout })
    const serving = await serve({ ...options, log, onResponse })
    stopAtSignal(serving, log)
    void serving.storeFailed.then((reason) => fail(`the store failed: ${reason}; nothing acknowledged is lost`))
    warnOfPlainText(options.host)
    stdout.write(greeting(serving, isTerminal))
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error))
  }
}
