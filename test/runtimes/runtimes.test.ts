import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { serve } from '@runmeta/local/serve'
import { Client } from '@runmeta/sdk'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packSdk } from '../../scripts/pack.ts'
import { certificate } from '../support/certificate.ts'
import { CHECKS, type Report } from './checks.ts'
import { BUDGET_MS, FAULTS, type FaultRow, isAlways, keyOf, runOf, SCHEMES } from './faults.ts'
import { type Front, startFront } from './front.ts'
import { frozen } from './frozen.ts'
import { RUNTIMES, type Runtime, type Workshop } from './launch.ts'
import { SPOOL_CHECKS } from './spool.ts'

const run = promisify(execFile)
const NOT_IN_A_PATH = /[^\w]+/g

/** Packs the package, installs it in an empty project, and puts the checks beside it. */
async function workshopIn(folder: string, cert: string): Promise<Workshop> {
  const tarball = await packSdk(folder)
  const project = join(folder, 'project')
  await mkdir(project)
  await writeFile(join(project, 'package.json'), '{"name":"bare","version":"1.0.0","private":true,"type":"module"}')
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: project })
  await build({
    entryPoints: ['process', 'frozen', 'worker', 'page'].map(
      (name) => new URL(`./entry/${name}.ts`, import.meta.url).pathname,
    ),
    outdir: project,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    external: ['@runmeta/sdk', 'node:*'],
  })
  const certificateFile = join(folder, 'certificate.pem')
  await writeFile(certificateFile, cert)
  return { project, certificate: cert, certificateFile }
}

const PAGE = `<!doctype html><script type="importmap">{"imports":{"@runmeta/sdk":"/sdk.mjs"}}</script>
<script type="module" src="/page.mjs"></script>`

let folder: string
let workshop: Workshop
let front: Front
let anotherFront: () => Promise<Front>
let client: Client
let apiKey: string
let stop: () => Promise<void>
const reports = new Map<string, Report>()
/** The number of faults with the expected end, by run. */
const passed = new Map<string, number>()
const running = new Map<string, Promise<Report>>()

/** Runtimes that run concurrently; mostly they wait for replies. */
const MAX_AT_ONCE = 3

/** Starts every installed runtime, in order. A failure rejects the runtime's report. */
function startAll(): void {
  const { url, secureUrl } = front
  const started: Promise<Report>[] = []
  for (const [at, runtime] of RUNTIMES.filter((one) => one.find() !== undefined).entries()) {
    const { name, hasContext } = runtime
    const turn = started[at - MAX_AT_ONCE]?.catch(() => undefined) ?? Promise.resolve()
    const surroundings = { runtime: idOf(name), url, secureUrl, apiKey, hasContext }
    const report = turn.then(() => runtime.run(runtime.find() ?? '', workshop, surroundings))
    report.catch(() => undefined)
    started.push(report)
    running.set(name, report)
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runmeta-runtimes-'))
  const { key, cert } = certificate()
  workshop = await workshopIn(folder, cert)
  const options = { host: '127.0.0.1', port: 0, tableName: 'runmeta', origins: ['*'] }
  const server = await serve({ directory: join(folder, 'data'), ...options })
  apiKey = server.rootKey.key
  const sources = new Map([
    ['/page.html', { type: 'text/html', text: PAGE }],
    ['/page.mjs', { type: 'text/javascript', text: await readFile(join(workshop.project, 'page.mjs'), 'utf8') }],
    [
      '/sdk.mjs',
      {
        type: 'text/javascript',
        text: await readFile(join(workshop.project, 'node_modules/@runmeta/sdk/index.js'), 'utf8'),
      },
    ],
  ])
  front = await startFront(server.url, { key, cert }, (path) => sources.get(path))
  anotherFront = () => startFront(server.url, { key, cert }, () => undefined)
  client = new Client({ url: server.url, apiKey })
  stop = async () => {
    await front.stop()
    await server.stop()
  }
  startAll()
})
afterAll(async () => {
  await stop?.()
  await rm(folder, { recursive: true, force: true })
  process.stdout.write(`${table()}\n`)
})

const checksOf = ({ hasDisk }: Runtime): string[] => Object.keys({ ...CHECKS, ...(hasDisk ? SPOOL_CHECKS : {}) })

/** A page cannot recognize a stale connection. */
const rowsOf = ({ seesClosedSockets }: Runtime): FaultRow[] =>
  FAULTS.filter(({ isWarm }) => !isWarm || seesClosedSockets)

/** Which checks each runtime passed. */
function table(): string {
  const lines = RUNTIMES.map((runtime) => {
    const { name } = runtime
    const report = reports.get(name)
    const good = (report?.checks ?? []).filter(({ error }) => error === undefined).length
    const verdict = report === undefined ? 'not run' : `${good} of ${checksOf(runtime).length} checks`
    const faults = SCHEMES.map((scheme) => {
      const withstood = passed.get(runOf(idOf(name), scheme)) ?? 0
      return `${withstood} of ${rowsOf(runtime).length} faults over ${scheme}`
    })
    return `${name.padEnd(14)} ${[verdict, ...faults].join(', ')}`
  })
  return ['the packed SDK on each runtime:', ...lines].join('\n')
}

const idOf = (name: string): string => name.replaceAll(NOT_IN_A_PATH, '-')

describe.each(RUNTIMES)('the packed SDK on $name', (runtime: Runtime) => {
  const file = runtime.find()
  const id = idOf(runtime.name)

  it.runIf(file === undefined)('cannot be run on this machine', () => {
    process.stdout.write(`not run: the SDK on ${runtime.name}, which this machine cannot have\n`)
    expect(process.env.CI, `${runtime.name} is not there`).not.toBe('true')
  })

  describe.runIf(file !== undefined)('if it is installed', () => {
    let report: Report
    beforeAll(async () => {
      report = (await running.get(runtime.name)) ?? { checks: [], faults: { http: [], https: [] } }
      reports.set(runtime.name, report)
    }, 180_000)

    it.each(checksOf(runtime))('%s', (name) => {
      const ended = report.checks.find((one) => one.name === name)
      expect(ended).toBeDefined()
      expect(ended?.error).toBeUndefined()
    })

    it.runIf(runtime.start)('a process logs after a freeze during which its connections were closed', async () => {
      const { name } = await client.createRun({ name: `frozen-${id}` })
      const own = await anotherFront()
      try {
        const surroundings = { ...own, runtime: name, apiKey, hasContext: true }
        const child = runtime.start?.(file ?? '', 'frozen.mjs', workshop, surroundings)
        expect(child && (await frozen(child, own.disconnect))).toBe('logged, logged')
        for (const key of ['log-0', 'log-1']) expect(await entriesOf(name, key)).toBe(1)
      } finally {
        await own.stop()
      }
    })

    const over = SCHEMES.flatMap((scheme) => rowsOf(runtime).map((row) => [scheme, titleOf(row), row] as const))
    it.each(over)('over %s: %s', async (scheme, _, row) => {
      const ended = report.faults[scheme].find(({ name }) => name === keyOf(row))
      const attempts = runtime.seesClosedSockets ? row.attempts : (row.attemptsInPage ?? row.attempts)
      expect(ended?.error?.split(':')[0]).toBe(row.error)
      if (row.error !== undefined) expect(ended?.attempts).toBe(attempts)
      expect(ended?.ms).toBeLessThan(BUDGET_MS)
      expect(await entriesOf(runOf(id, scheme), `fault-${keyOf(row)}`)).toBe(row.effect)
      const came = front.times.get(`${runOf(id, scheme)}/${keyOf(row)}`)?.slice(row.isWarm ? 1 : 0) ?? []
      // On a busy machine, an attempt can end before its request arrives.
      if (row.timeout === undefined) expect(came).not.toHaveLength(0)
      if (!runtime.repeatsItself) expect(came.length).toBeLessThanOrEqual(attempts)
      const [first = 0, second = 0] = came
      // A timer can end a millisecond early.
      if (row.wait !== undefined) expect(second - first).toBeGreaterThan(row.wait - 10)
      passed.set(runOf(id, scheme), (passed.get(runOf(id, scheme)) ?? 0) + 1)
    })
  })
})

it('a redirect is not followed, and no other host sees the key', () => {
  expect(front.elsewhere).toEqual([])
})

function titleOf(row: FaultRow): string {
  const { fault, error, retries } = row
  return `${fault}, ${isAlways(row) ? 'always' : 'once'}, with ${retries} repeats: ${error ?? 'succeeds'}`
}

async function entriesOf(name: string, key: string): Promise<number> {
  let entries = 0
  try {
    for await (const _ of client.history(name, key)) entries++
  } catch (error) {
    if (Object(error).code !== 'key_not_found') throw error
  }
  return entries
}
