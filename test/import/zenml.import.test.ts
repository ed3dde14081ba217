import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { useCommand } from '../cli/command.ts'
import { freePort } from '../support/port.ts'

/** A Python with ZenML and its server, which `test/import/ci` installs. */
const PYTHON = process.env.ZENML_PYTHON ?? ''
const PIPELINES = fileURLToPath(new URL('zenml_pipelines.py', import.meta.url))

interface ZenmlRun {
  readonly id: string
  readonly name: string
  readonly status: string
}

describe('runmeta import zenml', () => {
  const { run, lines } = useCommand()
  let folder = ''
  let server: ChildProcess | undefined
  let url = ''
  let runs: readonly ZenmlRun[] = []
  const credentials = { ZENML_STORE_USERNAME: 'default', ZENML_STORE_PASSWORD: '' }
  const { PATH = '' } = process.env
  const environment = { PATH, ZENML_ANALYTICS_OPT_IN: 'false' }

  async function client(...args: string[]): Promise<string> {
    const env = { ...environment, ...credentials, ZENML_STORE_URL: url, ZENML_CONFIG_PATH: join(folder, 'client') }
    return (await promisify(execFile)(PYTHON, [PIPELINES, ...args], { env: { ...env, HOME: folder } })).stdout
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runmeta-zenml-'))
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    server = spawn(PYTHON, ['-m', 'uvicorn', 'zenml.zen_server.zen_server_api:app', '--port', String(port)], {
      env: {
        ...environment,
        HOME: folder,
        ZENML_CONFIG_PATH: join(folder, 'server'),
        ZENML_SERVER: 'true',
        ZENML_SERVER_AUTO_ACTIVATE: '1',
        ZENML_SERVER_DEPLOYMENT_TYPE: 'other',
      },
      stdio: 'ignore',
    })
    const isUp = () =>
      fetch(`${url}/api/v1/info`).then(
        (reply) => reply.ok,
        () => false,
      )
    await vi.waitFor(async () => expect(await isUp()).toBe(true), { timeout: 120_000, interval: 500 })
    const printed = await client('runs')
    runs = JSON.parse(/^RUNS (.*)$/m.exec(printed)?.[1] ?? '[]')
  }, 240_000)
  afterAll(async () => {
    if (server !== undefined && server.exitCode === null) {
      server.kill('SIGKILL')
      await once(server, 'exit')
    }
    await rm(folder, { recursive: true, force: true })
  })

  const imported = async () => (await lines(['import', 'zenml', url], { env: credentials }))[0]

  it('names the settings if the server asks for credentials', async () => {
    const { code, stderr } = await run(['import', 'zenml', url])
    expect(code).toBe(5)
    expect(stderr).toContain('ZENML_STORE_API_KEY')
  })

  it('adds each run once, with its status, parameters, steps and metadata of every type', async () => {
    expect(await imported()).toEqual({ runs: 2, newRuns: 2, newLogs: 15 })
    expect(await imported()).toEqual({ runs: 2, newRuns: 0, newLogs: 0 })
    const [iris, broken] = runs
    const { stdout } = await run(['get', iris?.id ?? ''])
    // The text of numbers as in ZenML's replies.
    expect(stdout).toContain('"ratio":5.0')
    const found = JSON.parse(stdout)
    const loaded = {
      count: 150,
      ratio: 5,
      flag: true,
      text: 'hello',
      list: [1, 2.5, 'x'],
      dict: { deep: { a: 1 } },
      uri: 'https://example.com/x',
      path: '/data/iris.csv',
      dtype: 'float32',
      size: 2048,
    }
    expect(found).toMatchObject({ name: iris?.name, pipeline: 'iris', status: 'completed' })
    expect(found.steps).toEqual({
      load: { metadata: { parameters: { rows: 150 }, ...loaded }, types: {} },
      train: { metadata: { parameters: { rate: 0.1 }, accuracy: 0.93 }, types: {} },
    })
    expect(found.metadata).toEqual({
      ...loaded,
      accuracy: 0.93,
      parameters: { rate: 0.1 },
      post_run_info: { some_metric: 5 },
    })
    expect(Date.parse(found.endedAt)).toBeGreaterThan(Date.parse(found.startedAt))
    expect(found.createdAt).toBe(found.startedAt)
    expect(JSON.parse((await run(['get', broken?.id ?? ''])).stdout)).toMatchObject({ status: 'failed' })
  })

  it('adds only new data when it runs again', async () => {
    await client('more', runs[0]?.id ?? '')
    expect(await imported()).toEqual({ runs: 2, newRuns: 0, newLogs: 1 })
    expect((await run(['get', runs[0]?.id ?? '', '/reviewed'])).stdout.trim()).toBe('true')
  })
})
