import { report } from '../checks.ts'
import { SPOOL_CHECKS } from '../spool.ts'

/** For runtimes with a `process`: Node, Bun, Deno. */
const { RUNTIME = '', URL_OF_SERVER = '', SECURE_URL = '', API_KEY = '', HAS_CONTEXT } = process.env
const surroundings = {
  runtime: RUNTIME,
  url: URL_OF_SERVER,
  secureUrl: SECURE_URL,
  apiKey: API_KEY,
  hasContext: HAS_CONTEXT === 'true',
}
// biome-ignore lint/suspicious/noConsole: the test reads it
console.log(JSON.stringify(await report(surroundings, SPOOL_CHECKS)))
