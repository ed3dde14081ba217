import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import { chromiumOptions } from '../support/chromium.ts'
import { installedIn, nodeIn } from '../support/installed.ts'
import { freePort } from '../support/port.ts'
import type { Report, Surroundings } from './checks.ts'

/** A project with the packed package and the built checks, and the certificate that the runtimes must trust. */
export interface Workshop {
  /** A project that has the package installed, with `process.mjs`, `worker.mjs` and `page.mjs` in it. */
  readonly project: string
  readonly certificate: string
  readonly certificateFile: string
}

export interface Runtime {
  readonly name: string
  /** Whether it has AsyncLocalStorage, which carries the run and the step. */
  readonly hasContext: boolean
  readonly hasDisk: boolean
  /** Whether its errors tell that the other side closed the connection. */
  readonly seesClosedSockets: boolean
  /** Whether it repeats a request by itself if the connection closes. */
  readonly repeatsItself: boolean
  find(): string | undefined
  run(file: string, workshop: Workshop, surroundings: Surroundings): Promise<Report>
  /** Starts a script of the project, if the runtime is a command. */
  start?(file: string, script: string, workshop: Workshop, surroundings: Surroundings): ChildProcess
}

const START_TIMEOUT_MS = 120_000

const inPackages = (file: string) => installedIn('runtimes/packages', file)

const environmentOf = (
  { project, certificateFile }: Workshop,
  { runtime, url, secureUrl, apiKey, hasContext }: Surroundings,
) => ({
  PATH: '',
  HOME: project,
  NODE_EXTRA_CA_CERTS: certificateFile,
  DENO_NO_UPDATE_CHECK: '1',
  RUNTIME: runtime,
  URL_OF_SERVER: url,
  SECURE_URL: secureUrl,
  API_KEY: apiKey,
  HAS_CONTEXT: String(hasContext),
})

/** A runtime that is a command. It prints the report. */
const command = (
  name: string,
  find: () => string | undefined,
  argsOf: (script: string, workshop: Workshop) => readonly string[],
  repeatsItself = false,
): Runtime => ({
  name,
  hasContext: true,
  hasDisk: true,
  seesClosedSockets: true,
  repeatsItself,
  find,
  run: async (file, workshop, surroundings) => {
    const env = environmentOf(workshop, surroundings)
    const options = { cwd: workshop.project, env, timeout: START_TIMEOUT_MS }
    const { stdout } = await promisify(execFile)(file, argsOf('process.mjs', workshop), options)
    return JSON.parse(stdout)
  },
  start: (file, script, workshop, surroundings) => {
    const env = environmentOf(workshop, surroundings)
    return spawn(file, argsOf(script, workshop), { cwd: workshop.project, env, stdio: ['pipe', 'pipe', 'inherit'] })
  },
})

const node = (major: string, folder: string): Runtime =>
  command(
    `node ${major}`,
    () => (process.version.startsWith(`v${major}.`) ? process.execPath : nodeIn(folder)),
    (script) => [script],
  )

const bun = command(
  'bun',
  () => inPackages('@oven/bun-linux-x64/bin/bun'),
  (script) => ['run', script],
)

const deno = command(
  'deno',
  () => inPackages('@deno/linux-x64-glibc/deno'),
  (script, { certificateFile }) => [
    ...['run', '--no-lock', '--node-modules-dir=manual', '--allow-all'],
    ...['--cert', certificateFile, script],
  ],
  true,
)

const workerConfig = (certificate: string, port: number, date: string, flags: readonly string[]) => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (
      allow = ["private", "public"],
      tlsOptions = (trustedCertificates = [${JSON.stringify(certificate)}]),
    )),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [
    (name = "worker", esModule = embed "worker.mjs"),
    (name = "@runmeta/sdk", esModule = embed "node_modules/@runmeta/sdk/index.js"),
  ],
  compatibilityDate = "${date}",
  compatibilityFlags = ${JSON.stringify(flags)},
);
`

const workerd = (name: string, date: string, flags: readonly string[]): Runtime => ({
  name,
  hasContext: flags.length > 0,
  hasDisk: false,
  seesClosedSockets: true,
  repeatsItself: false,
  find: () => inPackages('@cloudflare/workerd-linux-64/bin/workerd'),
  run: async (file, { project, certificate }, surroundings) => {
    const port = await freePort()
    const config = join(project, `${name.replace(' ', '-')}.capnp`)
    await writeFile(config, workerConfig(certificate, port, date, flags))
    const worker = spawn(file, ['serve', config], { stdio: ['ignore', 'inherit', 'inherit'] })
    try {
      return await asked(`http://127.0.0.1:${port}`, surroundings)
    } finally {
      worker.kill('SIGKILL')
    }
  },
})

/** Requests the report of a worker that may still be starting. */
async function asked(url: string, surroundings: Surroundings): Promise<Report> {
  for (let tries = 0; tries < 200; tries++) {
    const reply = await fetch(url, { method: 'POST', body: JSON.stringify(surroundings) }).catch(() => undefined)
    if (reply?.ok) return JSON.parse(await reply.text())
    if (reply !== undefined) throw new Error(`the worker failed: ${await reply.text()}`)
    await delay(50)
  }
  throw new Error('the worker did not start')
}

/** A page over plain http: it has no secure context, so it lacks `crypto.randomUUID`. */
const page: Runtime = {
  name: 'chromium',
  hasContext: false,
  hasDisk: false,
  seesClosedSockets: false,
  repeatsItself: true,
  find: () => {
    const file = installedIn('..', '@sparticuz/chromium')
    return file !== undefined && existsSync(file) ? file : undefined
  },
  run: async (_, __, surroundings) => {
    const options = await chromiumOptions()
    const rules = '--host-resolver-rules=MAP runmeta.test 127.0.0.1'
    const browser = await chromium.launch({ ...options, args: [...(options.args ?? []), rules] })
    try {
      const context = await browser.newContext({ ignoreHTTPSErrors: true })
      const opened = await context.newPage()
      const url = surroundings.url.replace('127.0.0.1', 'runmeta.test')
      await opened.goto(`${url}/page.html`)
      const given = { ...surroundings, url }
      return await opened.evaluate((inside) => Reflect.get(globalThis, 'report')(inside), given)
    } finally {
      await browser.close()
    }
  },
}

export const RUNTIMES: readonly Runtime[] = [
  node('20', 'runtimes/node20'),
  node('22', 'runtimes/node22'),
  node('24', 'bundle/node24'),
  bun,
  deno,
  workerd('workerd', '2026-04-01', ['nodejs_compat']),
  workerd('workerd 2024', '2024-01-01', []),
  page,
]
