import * as sdk from '@runmeta/sdk'

/** Fills the pool of connections, says so, and logs when it is told to go on. */
const { RUNTIME = '', URL_OF_SERVER = '', SECURE_URL = '', API_KEY = '' } = process.env
const runs = [URL_OF_SERVER, SECURE_URL].map((url) => new sdk.Client({ url, apiKey: API_KEY, retries: 0 }).run(RUNTIME))
const CONNECTIONS = 8

await Promise.all(runs.flatMap((run) => Array.from({ length: CONNECTIONS }, () => run.read())))
process.stdin.once('data', async () => {
  const logs = runs.map((run, at) => run.logMetadata({ metadata: { [`log-${at}`]: 1 } }))
  const ended = await Promise.allSettled(logs)
  say(ended.map((one) => (one.status === 'rejected' ? String(one.reason) : 'logged')).join(', '))
  process.exit(0)
})
say('warm')

function say(text: string): void {
  // biome-ignore lint/suspicious/noConsole: it is read from there
  console.log(text)
}
