import { readSync } from 'node:fs'
import * as sdk from '@runmeta/sdk'

/**
 * Fills the pool of connections, says so, and stands still until it is told to go on. Then it logs at once, before it can
 * notice what became of the connections, as a function does that was frozen.
 */
const { RUNTIME = '', URL_OF_SERVER = '', SECURE_URL = '', API_KEY = '' } = process.env
const runs = [URL_OF_SERVER, SECURE_URL].map((url) => new sdk.Client({ url, apiKey: API_KEY, retries: 0 }).run(RUNTIME))
const CONNECTIONS = 8

await Promise.all(runs.flatMap((run) => Array.from({ length: CONNECTIONS }, () => run.read())))
say('warm')
readSync(0, new Uint8Array(1))
const logs = runs.map((run, at) => run.logMetadata({ metadata: { [`log-${at}`]: 1 } }))
const ended = await Promise.allSettled(logs)
say(ended.map((one) => (one.status === 'rejected' ? String(one.reason) : 'logged')).join(', '))
process.exit(0)

function say(text: string): void {
  // biome-ignore lint/suspicious/noConsole: it is read from there
  console.log(text)
}
