import { constants } from 'node:os'
import { isLoopback } from './foreign.ts'
import { requestLog } from './log.ts'
import { type Serving, serve } from './serve.ts'
import { settings } from './settings.ts'

// The SDK of AWS says on Node 20 what its releases of next year need; the one that is pinned here needs no more.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** A path as one word of a shell's, whatever it holds. */
const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`

/** What a user does first, as a line that works as it stands. */
function greeting({ url, rootKey, engine }: Serving): string {
  const place = rootKey.file === undefined ? 'in RUNMETA_API_KEY' : `in ${rootKey.file}`
  const key = rootKey.file === undefined ? '$RUNMETA_API_KEY' : `$(cat ${quoted(rootKey.file)})`
  const promises = engine.promises.map((promise) => `- ${promise}\n`).join('')
  return `runmeta serves ${url}. The API key is ${place}. The engine is ${engine.name}:

${promises}
Try it:

curl -sS ${url}/v1/runs -H "Authorization: Bearer ${key}" -H 'Content-Type: application/json' -d '{"name":"my-first-run"}'
`
}

const log = (line: string): void => console.error(`runmeta: ${line}`)

function fail(reason: string): never {
  log(reason)
  process.exit(1)
}

function warnOfPlainText(host: string): void {
  if (isLoopback(host.includes(':') ? `[${host}]` : host)) return
  log(`HOST=${host} takes requests from other machines without encryption; put a proxy that speaks TLS in front,`)
  log('or whoever is on the way reads the API key')
}

/** Finishes what is in flight at the first signal; a second one ends at once, and the engine with it. */
function stopAtSignal(serving: Serving): void {
  let isStopping = false
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (isStopping) process.exit(128 + constants.signals[signal])
      isStopping = true
      void serving.stop().then(() => process.exit(0))
    })
  }
}

async function main(): Promise<void> {
  // The data is its owner's, as the key is.
  process.umask(0o077)
  const { logLevel, ...options } = settings(process.env)
  const { stdout } = process
  const onResponse = requestLog({ level: logLevel, isTerminal: stdout.isTTY === true, stream: stdout })
  const serving = await serve({ ...options, log, onResponse })
  stopAtSignal(serving)
  void serving.engineFailed.then((why) => fail(`the engine is given up: ${why}; nothing acknowledged is lost`))
  warnOfPlainText(options.host)
  console.log(greeting(serving))
}

main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)))
