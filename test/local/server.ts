import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect } from 'vitest'
import { expectNoSecrets, SECRETS } from '../support/secrets.ts'

export const ROOT = new URL('../../', import.meta.url).pathname

/** Runs one of the project's scripts with only these environment variables. */
export const runScript = (script: string, env: Readonly<Record<string, string>>, args: readonly string[] = []) =>
  promisify(execFile)('npm', ['run', '--silent', script, '--', ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  })

export interface Started {
  readonly child: ChildProcess
  readonly url: string
  readonly greeting: string
  /** Its standard error so far. */
  complaints(): string
}

export interface LaunchOptions {
  readonly env?: Record<string, string>
  /** Shell commands that run before the server, such as `ulimit`. */
  readonly before?: string
  /** The user and group to run as. */
  readonly user?: number
  readonly cwd?: string
  readonly node?: string
}

export type Call = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> }

/** The end of a server that did not start. */
export interface Failed {
  readonly code: number
  readonly message: string
}

/** Runs the scripts of a user as processes, with a new data directory that is removed after the test. */
export function useServers() {
  let data = ''
  const running: ChildProcess[] = []
  /** Everything that the servers of a test have printed. */
  let output = ''
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'runmeta-start-'))
  })
  afterEach(async () => {
    for (const child of running.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await ended(child)
    }
    const key = await readFile(join(data, 'key'), 'utf8').catch(() => '')
    expectNoSecrets(output, 'a server', [...SECRETS, ...(key === '' ? [] : [key.trim()])])
    output = ''
    await rm(data, { recursive: true, force: true })
  })

  function launch(options: LaunchOptions = {}): ChildProcess {
    const { env = {}, before = ':', user, cwd = ROOT, node = process.execPath } = options
    const command = `${before}; exec "$0" ${join(ROOT, 'packages/local/dist/main.mjs')}`
    const child = spawn('/bin/sh', ['-c', command, node], {
      cwd,
      env: { PATH: process.env.PATH, PORT: '0', RUNMETA_DATA: data, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(user === undefined ? {} : { uid: user, gid: user }),
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        output += String(chunk)
      })
    }
    running.push(child)
    return child
  }

  async function start(options?: LaunchOptions): Promise<Started> {
    const child = launch(options)
    let complaints = ''
    child.stderr?.on('data', (chunk) => {
      complaints += String(chunk)
    })
    let greeting = ''
    for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
      greeting += String(chunk)
      if (greeting.includes('curl')) break
    }
    child.stdout?.resume()
    const url = /http:\/\/\S+:\d+/.exec(greeting)?.[0]
    if (url === undefined) throw new Error(`no greeting: ${greeting} ${complaints}`)
    return { child, url, greeting, complaints: () => complaints }
  }

  async function fail(options?: LaunchOptions): Promise<Failed> {
    const child = launch(options)
    let message = ''
    child.stderr?.on('data', (chunk) => {
      message += String(chunk)
    })
    const [code]: number[] = await once(child, 'close')
    return { code: code ?? -1, message: message.trim() }
  }

  async function call(url: string, path: string, init: Call = {}): Promise<Response> {
    const key = (await readFile(join(data, 'key'), 'utf8')).trim()
    const headers = new Headers({ 'content-type': 'application/json', ...init.headers })
    headers.set('authorization', `Bearer ${key}`)
    return fetch(url + path, { ...init, headers })
  }

  return {
    data: () => data,
    launch,
    start,
    fail,
    call,
    post: (url: string, path: string, body: unknown) => call(url, path, { method: 'POST', body: JSON.stringify(body) }),
  }
}

export type Servers = ReturnType<typeof useServers>

/** The exit code of a process after its end; null if a signal ended it. */
export async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

/** Clients that log to one run until they are stopped, and record the acknowledged logs. */
export function load({ post }: Servers, url: () => string, run: string) {
  const acknowledged: number[] = []
  const statuses = new Set<number | string>()
  let isOn = true
  let next = 0
  const client = async () => {
    while (isOn) {
      const n = next++
      const reply = await post(url(), `/v1/runs/${run}/metadata`, { metadata: { [`k${n}`]: n } }).catch(() => undefined)
      statuses.add(reply?.status ?? 'no reply')
      await reply?.arrayBuffer().catch(() => undefined)
      if (reply?.status === 201) acknowledged.push(n)
      if (reply?.status !== 201) await delay(20)
    }
  }
  const clients = Promise.all(Array.from({ length: 4 }, client))
  return {
    acknowledged,
    statuses,
    /** Waits for this many more acknowledgements. */
    more: async (count: number) => {
      const enough = acknowledged.length + count
      const deadline = performance.now() + 60_000
      while (acknowledged.length < enough) {
        if (performance.now() > deadline) throw new Error(`no more is acknowledged: ${[...statuses].join()}`)
        await delay(5)
      }
    },
    stop: async () => {
      isOn = false
      await clients
    },
  }
}

/** Checks that the run has every acknowledged log. */
export async function expectAll({ call }: Servers, url: string, run: string, acknowledged: readonly number[]) {
  let text = ''
  const status = async () => {
    const reply = await call(url, `/v1/runs/${run}`)
    text = await reply.text()
    return reply.status
  }
  await expect.poll(status, { timeout: 60_000 }).not.toBe(503)
  const { metadata } = JSON.parse(text) as { metadata: Record<string, number> }
  expect(acknowledged.filter((n) => metadata[`k${n}`] !== n)).toEqual([])
  expect(acknowledged.length).toBeGreaterThan(0)
}
