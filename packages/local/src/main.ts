import { type Serving, serve } from './serve.ts'
import { settings } from './settings.ts'

// The SDK of AWS says on Node 20 what its releases of next year need; the one that is pinned here needs no more.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

/** What a user does first, as a line that works as it stands. */
function greeting({ url, rootKey, engine }: Serving): string {
  const place = rootKey.file === undefined ? 'in RUNMETA_API_KEY' : `in ${rootKey.file}`
  const key = rootKey.file === undefined ? '$RUNMETA_API_KEY' : `$(cat '${rootKey.file}')`
  return `runmeta serves ${url} on the engine ${engine.name}. The API key is ${place}. Try it:

curl -sS ${url}/v1/runs -H "Authorization: Bearer ${key}" -H 'Content-Type: application/json' -d '{"name":"my-first-run"}'
`
}

function fail(reason: string): never {
  console.error(`runmeta: ${reason}`)
  process.exit(1)
}

async function main(): Promise<void> {
  const serving = await serve(settings(process.env))
  let isStopping = false
  const stop = async () => {
    isStopping = true
    await serving.stop()
    process.exit(0)
  }
  process.once('SIGTERM', () => void stop())
  process.once('SIGINT', () => void stop())
  void serving.engineEnded.then((how) => {
    if (!isStopping) fail(`the engine ended: ${how}; nothing acknowledged is lost, start again`)
  })
  console.log(greeting(serving))
}

main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)))
