import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureTable } from '@runmeta/core/table/dynamo/create'
import { build } from 'esbuild'
import { SETTINGS } from '../scripts/bundle.ts'
import { httpApiEvent } from '../test/lambda/events.ts'
import { requireDynoxide } from '../test/support/dynoxide.ts'
import { table } from './report.ts'

/**
 * `npm run bench:warm [-- 5000]`: the CPU time of a call in the warm bundle of the function, in ms of one core. The bundle runs in
 * this process, the store in another. bench/scale/inputs.json has the figures that the simulator and the calculator use.
 */

const TIMES = Number(process.argv[2] ?? 5000)
const ROUNDS = 10
const PER_ROUND = Math.ceil(TIMES / ROUNDS)
/** A page of runs. */
const RUNS = 50

const directory = await mkdtemp(join(tmpdir(), 'runmeta-warm-'))
const engine = await requireDynoxide(directory)
const access = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
await ensureTable({ ...access, endpoint: engine.endpoint }, 'warm')
const key = randomUUID()
Object.assign(process.env, {
  AWS_ACCESS_KEY_ID: 'local',
  AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
  AWS_REGION: 'eu-west-1',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  RUNMETA_RATE_LIMIT: '0',
  RUNMETA_ROOT_KEY: key,
  RUNMETA_SIGNING_KEY: key,
  RUNMETA_TABLE: 'warm',
})
const outfile = join(directory, 'lambda.mjs')
await build({ ...SETTINGS, outfile })
type Handler = (event: object, context: object) => Promise<{ readonly statusCode: number; readonly body: string }>
const { handler } = (await import(outfile)) as { readonly handler: Handler }

// Drops the line that the function writes for each request.
const write = process.stdout.write.bind(process.stdout)
const quiet: typeof process.stdout.write = () => true

async function call(method: string, rawPath: string, body?: object): Promise<string> {
  const event = httpApiEvent({
    method,
    rawPath,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const reply = await handler(event, {})
  if (reply.statusCode >= 300) throw new Error(`${method} ${rawPath}: ${reply.statusCode} ${reply.body}`)
  return reply.body
}

const newRun = async (index: boolean): Promise<string> => JSON.parse(await call('POST', '/v1/runs', { index })).id
const metadata = () => ({ metrics: { a: Math.random(), b: Math.random(), c: Math.random() } })

async function measure(): Promise<ReadonlyMap<string, number>> {
  process.stdout.write = quiet
  const plain = await newRun(false)
  const indexed = await newRun(true)
  const read = await newRun(true)
  for (let n = 0; n < RUNS; n++) await newRun(true)
  await call('POST', `/v1/runs/${read}/metadata`, { metadata: metadata() })
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    'log, index: false': () => call('POST', `/v1/runs/${plain}/metadata`, { metadata: metadata() }),
    'log, 3 scalars': () => call('POST', `/v1/runs/${indexed}/metadata`, { metadata: metadata() }),
    'get, 1 log': () => call('GET', `/v1/runs/${read}`),
    'list of 50': () => call('GET', '/v1/runs'),
  }
  const taken = new Map<string, number>()
  // The first round is not counted. In turn, so that other load on the machine affects all of them equally.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, once] of Object.entries(calls)) {
      const before = process.cpuUsage()
      for (let n = 0; n < PER_ROUND; n++) await once()
      const { user, system } = process.cpuUsage(before)
      if (round > 0) taken.set(name, (taken.get(name) ?? 0) + (user + system) / 1000 / ROUNDS / PER_ROUND)
    }
  }
  return taken
}

const taken = await measure().finally(async () => {
  process.stdout.write = write
  await engine.stop()
  await rm(directory, { recursive: true })
})

const figures = table(`The function, warm, mean of ${ROUNDS * PER_ROUND} calls`, ['call', 'ms of one core'])
for (const [name, ms] of taken) figures.row(name, ms.toFixed(2))
figures.end()
// The function keeps its connections open.
process.exit()
