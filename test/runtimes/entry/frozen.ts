import { readSync } from 'node:fs'
import * as sdk from '@runmeta/sdk'

/**
 * Fills the pool of connections, reports it, and waits until it is continued. Then it logs immediately, before it can
 * notice that the connections are closed, like a function after a freeze.
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
  // biome-ignore lint/suspicious/noConsole: the test reads it
  console.log(text)
}
