import { execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { ensureTable } from '@runmeta/core/table/dynamo/create'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { SETTINGS } from '../scripts/bundle.ts'
import { node24 } from '../test/bundle/nodes.ts'
import { close, listen } from '../test/bundle/socket.ts'
import { httpApiEvent } from '../test/lambda/events.ts'
import { certificate } from '../test/support/certificate.ts'
import { requireDynoxide } from '../test/support/dynoxide.ts'
import { nodeIn } from '../test/support/installed.ts'
import { table } from './report.ts'

/**
 * `npm run bench:cold [-- 25]`: the Lambda bundle in fresh processes, over TLS on loopback to a local DynamoDB API. `init` is the
 * import, which opens a connection; `first` is the first request, a log; `cpu` is the CPU time of both, which is more
 * reliable on a busy machine. All are medians, in ms.
 */

const ROUNDS = Number(process.argv[2] ?? 15)
/** Replaces the function's own client with AWS's. */
const AWS_CLIENT: Plugin = {
  name: 'aws-client',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\/table\.ts$/ }, ({ importer }) =>
      importer.includes('packages/functions/')
        ? { path: fileURLToPath(new URL('./cold/naive-table.ts', import.meta.url)) }
        : null,
    ),
}
/** A bundle with esbuild's defaults. */
const DEFAULTS: BuildOptions = {
  ...SETTINGS,
  inject: [],
  plugins: [],
  mainFields: ['main', 'module'],
  // The SDK's CommonJS modules call `require`, which ES modules do not have.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
}
const VARIANTS: Readonly<Record<string, BuildOptions>> = {
  'as deployed': SETTINGS,
  'esbuild’s defaults': DEFAULTS,
  'esbuild’s defaults, AWS’s client': { ...DEFAULTS, plugins: [AWS_CLIENT] },
}

/** The child writes its times to this file descriptor, because the function writes its log to standard output. */
const TIMES = 3
/** The program of a fresh process: it times the import and one event. */
const CHILD = `
import { writeSync } from 'node:fs'
const before = process.cpuUsage()
const began = performance.now()
const { handler } = await import(process.argv[1])
const loaded = performance.now()
const { body } = await handler(JSON.parse(process.argv[2]), {})
const ended = performance.now()
const { user, system } = process.cpuUsage(before)
const times = { init: loaded - began, first: ended - loaded, cpu: (user + system) / 1000 }
writeSync(${TIMES}, JSON.stringify({ ...times, body: JSON.parse(body) }))
`

interface Start {
  readonly init: number
  readonly first: number
  readonly cpu: number
  readonly body: { readonly id?: string; readonly log?: object }
}

const directory = await mkdtemp(join(tmpdir(), 'runmeta-cold-'))
const engine = await requireDynoxide(directory)
const access = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
await ensureTable({ ...access, endpoint: engine.endpoint }, 'cold')

// The function uses TLS as on AWS. Over plain HTTP it would load another part of Node.
const tls = certificate()
const authority = join(directory, 'cert.pem')
await writeFile(authority, tls.cert)
const front = createServer(tls, (incoming, reply) => {
  const { method, headers, url } = incoming
  const passed = request(`${engine.endpoint}${url}`, { method, headers }, (answer) => {
    reply.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(reply)
  })
  passed.on('error', () => reply.destroy())
  incoming.pipe(passed)
})
const endpoint = `https://localhost:${(await listen(front)).split(':').at(-1)}`

const key = randomUUID()
const post = (rawPath: string, body: unknown) =>
  httpApiEvent({
    method: 'POST',
    rawPath,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

async function start(node: string, file: string, event: unknown, cache?: string): Promise<Start> {
  const child = spawn(node, ['--input-type=module', '-e', CHILD, file, JSON.stringify(event)], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    env: {
      AWS_ACCESS_KEY_ID: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_SECRET_ACCESS_KEY: 'local',
      HOME: directory,
      NODE_EXTRA_CA_CERTS: authority,
      RUNMETA_ROOT_KEY: key,
      RUNMETA_SIGNING_KEY: key,
      RUNMETA_TABLE: 'cold',
      ...(cache === undefined ? {} : { NODE_COMPILE_CACHE: cache }),
    },
  })
  const closed = once(child, 'close')
  const times = child.stdio[TIMES]
  if (!(times instanceof Readable)) throw new Error('the child has no pipe for its times')
  const text = Buffer.concat(await times.toArray()).toString()
  await closed
  return JSON.parse(text)
}

const own = process.execPath
const version = execFileSync(own, ['-p', 'process.versions.node.split(`.`)[0]'], { encoding: 'utf8' }).trim()
const rows: {
  name: string
  node: string
  bytes: number
  start: (event: unknown) => Promise<Start>
  starts: Start[]
}[] = []
for (const [name, settings] of Object.entries(VARIANTS)) {
  const file = join(directory, `${rows.length}.mjs`)
  const { metafile } = await build({ ...settings, outfile: file, metafile: true })
  const [bytes = 0] = Object.values(metafile.outputs).map((output) => output.bytes)
  const row = (label: string, node: string, cache?: string) =>
    rows.push({ name, node: label, bytes, start: (event) => start(node, file, event, cache), starts: [] })
  row(`Node ${version}`, own)
  const node22 = nodeIn('runtimes/node22')
  if (node22 !== undefined) row('Node 22', node22)
  const newer = node24()
  if (newer === undefined) continue
  row('Node 24', newer)
  row('Node 24, compile cache', newer, join(directory, 'cache'))
}

const first = await rows[0]?.start(post('/v1/runs', {}))
const log = post(`/v1/runs/${first?.body.id}/metadata`, { metadata: { metrics: { a: 0.93, b: 0.91, c: 0.92 } } })
// The first run of each is not counted, because it fills the caches.
for (const { start } of rows) await start(log)
for (let round = 0; round < ROUNDS; round++) {
  // In turn, so that other load on the machine affects all of them equally.
  for (const { start, starts } of rows) starts.push(await start(log))
}
await close(front)
await engine.stop()
await rm(directory, { recursive: true })

const median = (times: number[]): number => times.sort((one, other) => one - other)[times.length >> 1] ?? 0
const figures = table(`The function in ${ROUNDS} fresh processes, medians in ms`, [
  'bundle',
  'Node',
  'bytes',
  'init',
  'first log',
  'both',
  'cpu',
  'of the last bundle',
])
const totalOf = (starts: readonly Start[]) => median(starts.map(({ init, first }) => init + first))
for (const { name, node, bytes, starts } of rows) {
  if (starts.some(({ body }) => body.log === undefined)) throw new Error(`${name}: a log was refused`)
  const naive = rows.filter((row) => row.node === node).at(-1)
  const times = [
    median(starts.map(({ init }) => init)),
    median(starts.map(({ first }) => first)),
    totalOf(starts),
    median(starts.map(({ cpu }) => cpu)),
  ]
  const ratio = totalOf(starts) / totalOf(naive?.starts ?? starts)
  figures.row(name, node, bytes, ...times.map((ms) => ms.toFixed(1)), ratio.toFixed(2))
}
figures.end()
