import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'

const ROOT = new URL('../../', import.meta.url).pathname

interface Started {
  readonly child: ChildProcess
  readonly url: string
  readonly greeting: string
}

/** What a user runs, as a process of its own. */
describe('npm start', () => {
  let data: string
  const running: ChildProcess[] = []
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'runmeta-start-'))
  })
  afterEach(async () => {
    for (const child of running.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await rm(data, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  })

  function launch(env: Record<string, string> = {}): ChildProcess {
    const child = spawn(process.execPath, ['--import', 'tsx', 'packages/local/src/main.ts'], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, PORT: '0', RUNMETA_DATA: data, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.push(child)
    return child
  }

  async function started(env?: Record<string, string>): Promise<Started> {
    const child = launch(env)
    let greeting = ''
    for await (const chunk of child.stdout ?? []) {
      greeting += String(chunk)
      if (greeting.includes('curl')) break
    }
    const url = /http:\/\/\S+/.exec(greeting)?.[0]
    if (url === undefined) throw new Error(`no greeting: ${greeting}`)
    return { child, url, greeting }
  }

  /** How a server that does not start ends. */
  async function failure(env: Record<string, string>): Promise<{ code: number; message: string }> {
    const child = launch(env)
    let message = ''
    child.stderr?.on('data', (chunk) => {
      message += String(chunk)
    })
    const [code]: number[] = await once(child, 'close')
    return { code: code ?? -1, message }
  }

  const keyOf = async () => (await readFile(join(data, 'key'), 'utf8')).trim()

  async function call(url: string, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${await keyOf()}`, 'content-type': 'application/json' }
    return fetch(url + path, { headers, ...init })
  }

  const post = (url: string, path: string, body: unknown) =>
    call(url, path, { method: 'POST', body: JSON.stringify(body) })

  /** The engines that run over the data directory, by what the system says of its processes. */
  async function engines(): Promise<number[]> {
    const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,args='])
    const lines = stdout.split('\n').filter((line) => line.includes(`${data}/`) && / \S*dynoxide serve/.test(line))
    return lines.map((line) => Number.parseInt(line, 10))
  }

  async function noEngines(): Promise<void> {
    const deadline = performance.now() + 5000
    while ((await engines()).length > 0) {
      if (performance.now() > deadline) throw new Error('an engine outlived its server')
      await delay(20)
    }
  }

  async function ended(child: ChildProcess): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    return child.exitCode
  }

  it('prints the address, where the key is, and a line that works when pasted', async () => {
    const { url, greeting } = await started()
    expect(greeting).toContain(join(data, 'key'))
    const line = greeting.split('\n').find((text) => text.startsWith('curl ')) ?? ''
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', line])
    expect(JSON.parse(stdout)).toMatchObject({ name: 'my-first-run', status: 'running' })
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const health = await (await fetch(`${url}/v1/health`)).json()
    expect(health).toMatchObject({ status: 'ok', engine: { name: 'dynoxide' } })
    const document = await (await fetch(`${url}/openapi.json`)).json()
    expect(document).toMatchObject({ openapi: '3.1.0' })
  })

  it('keeps the key that it makes at its first start, for its owner only', async () => {
    const first = await started()
    const key = await keyOf()
    expect(key).toMatch(/^rmk_[0-9a-f]{12}_[0-9a-f]{64}$/)
    expect((await stat(join(data, 'key'))).mode & 0o777).toBe(0o600)
    expect(first.greeting).not.toContain(key)
    first.child.kill('SIGTERM')
    await ended(first.child)
    await started()
    expect(await keyOf()).toBe(key)
  })

  it('takes the key of RUNMETA_API_KEY where that is set', async () => {
    const { url } = await started({ RUNMETA_API_KEY: 'a-key-of-my-own-1234' })
    const headers = { authorization: 'Bearer a-key-of-my-own-1234', 'content-type': 'application/json' }
    expect((await fetch(`${url}/v1/runs`, { method: 'POST', body: '{}', headers })).status).toBe(201)
    await expect(stat(join(data, 'key'))).rejects.toThrow('ENOENT')
  })

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'finishes what is in flight at %s, and leaves no engine behind',
    async (signal) => {
      const { child, url } = await started()
      await post(url, '/v1/runs', { name: 'busy' })
      const logs = Array.from({ length: 50 }, (_, n) =>
        post(url, '/v1/runs/busy/metadata', { metadata: { [`k${n}`]: n } }),
      )
      await Promise.race(logs)
      child.kill(signal)
      const settled = await Promise.allSettled(logs)
      const acknowledged = settled.flatMap((result, n) =>
        result.status === 'fulfilled' && result.value.status === 201 ? [n] : [],
      )
      expect(await ended(child)).toBe(0)
      await noEngines()
      expect(acknowledged.length).toBeGreaterThan(0)
      const again = await started()
      const run = (await (await call(again.url, '/v1/runs/busy')).json()) as { metadata: Record<string, number> }
      for (const n of acknowledged) expect(run.metadata[`k${n}`]).toBe(n)
    },
  )

  it('loses nothing where the server and the engine are killed under load', async () => {
    const { child, url } = await started()
    await post(url, '/v1/runs', { name: 'killed' })
    const acknowledged: number[] = []
    let isUp = true
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let n = writer; isUp; n += 4) {
        const reply = await post(url, '/v1/runs/killed/metadata', { metadata: { [`k${n}`]: n } }).catch(() => undefined)
        if (reply?.status === 201) acknowledged.push(n)
        if (acknowledged.length === 100) {
          for (const pid of await engines()) process.kill(pid, 'SIGKILL')
          child.kill('SIGKILL')
          isUp = false
        }
      }
    })
    await Promise.all(writers)
    await ended(child)
    await noEngines()
    const again = await started()
    const run = (await (await call(again.url, '/v1/runs/killed')).json()) as { metadata: Record<string, number> }
    expect(acknowledged.length).toBeGreaterThanOrEqual(100)
    for (const n of acknowledged) expect(run.metadata[`k${n}`]).toBe(n)
  })

  it('leaves no engine behind where the server alone is killed, and starts again', async () => {
    const { child } = await started()
    expect(await engines()).not.toEqual([])
    child.kill('SIGKILL')
    await ended(child)
    await noEngines()
    await started()
  })

  it('ends with the reason where the engine ends', async () => {
    const { child } = await started()
    let message = ''
    child.stderr?.on('data', (chunk) => {
      message += String(chunk)
    })
    for (const pid of await engines()) process.kill(pid, 'SIGKILL')
    expect(await ended(child)).toBe(1)
    expect(message).toMatch(/the engine ended/)
  })

  it('serves any DynamoDB API that it is pointed at, over a table that it makes', async () => {
    const endpoint = inject('endpoints').dynoxide ?? ''
    const env = { RUNMETA_DYNAMODB_ENDPOINT: endpoint, RUNMETA_TABLE: `foreign-${process.pid}` }
    const { url } = await started(env)
    expect((await post(url, '/v1/runs', { name: 'elsewhere' })).status).toBe(201)
    expect(await (await fetch(`${url}/v1/health`)).json()).toMatchObject({ engine: { name: 'dynamodb-api' } })
    expect(await engines()).toEqual([])
  })

  it.each([
    ['PORT', 'http', /PORT/],
    ['PORT', '65536', /PORT/],
    ['RUNMETA_DYNAMODB_ENDPOINT', 'localhost', /RUNMETA_DYNAMODB_ENDPOINT/],
    ['RUNMETA_API_KEY', 'short', /RUNMETA_API_KEY/],
    ['RUNMETA_API_KEY', 'has spaces in it so it is no key', /RUNMETA_API_KEY/],
  ])('says what is wrong with %s=%s', async (name, value, expected) => {
    const { code, message } = await failure({ [name]: value })
    expect(code).toBe(1)
    expect(message).toMatch(expected)
    expect(message.trim().split('\n')).toHaveLength(1)
  })

  it('says that its port is taken, and leaves no engine behind', async () => {
    const { url } = await started()
    const other = await mkdtemp(join(tmpdir(), 'runmeta-start-'))
    const { code, message } = await failure({ PORT: new URL(url).port, RUNMETA_DATA: other })
    expect(code).toBe(1)
    expect(message).toMatch(/EADDRINUSE/)
    await rm(other, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  })

  it('says that its key file is empty', async () => {
    await writeFile(join(data, 'key'), '')
    const { code, message } = await failure({})
    expect(code).toBe(1)
    expect(message).toContain(join(data, 'key'))
  })
})
