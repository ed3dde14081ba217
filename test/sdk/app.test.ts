import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@runmeta/local/serve'
import {
  AmbiguousRunError,
  BadRequestError,
  Client,
  ForbiddenError,
  IdempotencyKeyReusedError,
  IdTakenError,
  InvalidValueError,
  KeyNotFoundError,
  logMetadata,
  NameTakenError,
  NotFoundError,
  NumberLiteral,
  path,
  RunNotFoundError,
  step,
  storageSize,
  UnauthorizedError,
  uri,
  withRun,
} from '@runmeta/sdk'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { ROOT_KEY, testApp } from '../support/app.ts'

interface Server {
  readonly url: string
  readonly apiKey: string
  readonly fetch?: (url: string, init?: RequestInit) => Promise<Response>
  stop(): Promise<void>
}

async function inProcess(): Promise<Server> {
  const app = await testApp()
  return { url: 'http://runmeta.test', apiKey: ROOT_KEY, fetch: app.fetch, stop: async () => undefined }
}

async function overSocket(): Promise<Server> {
  const directory = await mkdtemp(join(tmpdir(), 'runmeta-client-'))
  const { url, rootKey, stop } = await serve({ directory, host: '127.0.0.1', port: 0, tableName: 'runmeta' })
  return {
    url,
    apiKey: rootKey.key,
    stop: async () => {
      await stop()
      await rm(directory, { recursive: true })
    },
  }
}

describe.each([
  { transport: 'in process', start: inProcess },
  { transport: 'over a socket', start: overSocket },
])('the SDK $transport', ({ start }) => {
  let server: Server
  let client: Client
  beforeAll(async () => {
    server = await start()
    client = new Client(server)
  })
  afterAll(() => server.stop())
  afterEach(() => vi.unstubAllEnvs())
  const fresh = () => `sdk-${randomUUID()}`

  it('creates a run, logs to it and to a step by handles, and reads everything back', async () => {
    const name = fresh()
    const run = await client.createRun({ name, pipeline: 'training', startedAt: new Date('2026-01-02T03:04:05Z') })
    expect(run).toMatchObject({ name, pipeline: 'training', status: 'running', startedAt: '2026-01-02T03:04:05.000Z' })
    await run.logMetadata({
      metadata: { dataset: uri('s3://b/k'), stats: { size: storageSize(1024), files: [path('/a')] } },
    })
    await run.step('train').logMetadata({ metadata: { loss: 0.5 } })
    await run.step('train').logMetadata({ metadata: { secret: 1 }, logRelatedEntities: false })
    for (const reference of [run.id, name, name.slice(0, 30), run.id.slice(0, 20)]) {
      const read = await client.getPipelineRun(reference)
      expect(read.runMetadata).toEqual({
        dataset: uri('s3://b/k'),
        stats: { size: storageSize(1024), files: [path('/a')] },
        loss: 0.5,
      })
      expect(read.steps.train?.runMetadata).toEqual({ loss: 0.5, secret: 1 })
    }
  })

  it('reads numbers that a double cannot hold, and logs them again unchanged', async () => {
    const metadata = {
      big: 9223372036854775808n,
      huge: new NumberLiteral('1e400'),
      exact: new NumberLiteral('0.1000000000000000055511151231257827'),
      minus: -0,
      list: [2n ** 64n, 5e-324, 9007199254740991],
    }
    const run = await client.createRun()
    await run.logMetadata({ metadata })
    const first = await client.getPipelineRun(run.id)
    expect(first.runMetadata).toEqual(metadata)
    const again = await client.createRun()
    await again.logMetadata({ metadata: first.runMetadata })
    expect((await client.getPipelineRun(again.id)).runMetadata).toEqual(metadata)
  })

  it('logs from inside a step to the step and the run around it', async () => {
    const run = await client.createRun()
    const train = step('train', async (rows: number) => {
      await Promise.resolve()
      await logMetadata({ metadata: { rows } })
      return rows * 2
    })
    expect(await withRun(run, () => train(21))).toBe(42)
    const read = await client.getPipelineRun(run.id)
    expect(read.runMetadata).toEqual({ rows: 21 })
    expect(read.steps.train?.runMetadata).toEqual({ rows: 21 })
  })

  it('logs to the run that a call inside a step names, without the step', async () => {
    const [run, other] = [await client.createRun(), await client.createRun()]
    const train = step('train', () => logMetadata({ metadata: { a: 1 }, runIdNameOrPrefix: other.name }))
    await withRun(run, train)
    expect((await client.getPipelineRun(run.id)).runMetadata).toEqual({})
    const read = await client.getPipelineRun(other.id)
    expect({ metadata: read.runMetadata, steps: read.steps }).toEqual({ metadata: { a: 1 }, steps: {} })
  })

  it('logs to the run and the step of the environment', async () => {
    const run = await client.createRun({ name: fresh() })
    vi.stubEnv('RUNMETA_RUN_ID', run.name)
    vi.stubEnv('RUNMETA_STEP_NAME', 'from-env')
    await client.logMetadata({ metadata: { a: 1 } })
    expect((await client.getPipelineRun(run.id)).steps['from-env']?.runMetadata).toEqual({ a: 1 })
  })

  it('gets the existing run instead of creating it again, and changes it', async () => {
    const run = await client.createRun({ name: fresh() })
    expect((await client.createRun({ name: run.name })).id).toBe(run.id)
    const ended = await client.updateRun(run.name, { status: 'failed', endedAt: new Date('2026-05-06T07:08:09.010Z') })
    expect(ended).toMatchObject({ id: run.id, status: 'failed', endedAt: '2026-05-06T07:08:09.010Z' })
  })

  it('deletes a run and frees its name', async () => {
    const run = await client.createRun({ name: fresh() })
    await run.delete()
    await expect(client.getPipelineRun(run.id)).rejects.toThrow(RunNotFoundError)
    await expect(client.deleteRun(run.name)).rejects.toThrow(RunNotFoundError)
    expect((await client.createRun({ name: run.name })).id).not.toBe(run.id)
  })

  it('keeps the order of its own logs', async () => {
    const run = await client.createRun()
    for (let n = 0; n < 30; n++) await run.logMetadata({ metadata: { n } })
    expect((await client.getPipelineRun(run.id)).runMetadata).toEqual({ n: 29 })
  })

  it('reads the history of a key in pages, newest first, and unsets the key', async () => {
    const run = await client.createRun()
    const logged = [
      uri('s3://a'),
      { size: storageSize(2n ** 64n), files: [path('/a')] },
      new NumberLiteral('1e400'),
      null,
    ]
    for (const value of logged) await run.logMetadata({ metadata: { a: value } })
    await run.step('train').logMetadata({ metadata: { a: 'of a step' }, logRelatedEntities: false })
    const entries = []
    for await (const entry of run.history('a', { pageSize: 1 })) entries.push(entry)
    expect(entries.map(({ value }) => value)).toEqual(logged.toReversed())
    expect(entries[0]?.by).toEqual({ key: { id: 'root', name: 'root' } })
    const ofStep = await client.history(run.id, 'a', { step: 'train' }).next()
    expect(ofStep.value).toMatchObject({ value: 'of a step', step: 'train' })
    await run.unset('a')
    await run.unset('a', { step: 'train' })
    const read = await client.getPipelineRun(run.id)
    expect({ metadata: read.runMetadata, step: read.steps.train?.runMetadata }).toEqual({ metadata: {}, step: {} })
    await expect(run.unset('a')).rejects.toThrow(KeyNotFoundError)
    await expect(run.history('b').next()).rejects.toThrow(KeyNotFoundError)
  })

  it('counts a log once if it is sent twice with one idempotency key', async () => {
    const run = await client.createRun()
    const log = { metadata: { a: 1 }, idempotencyKey: 'once' }
    expect(await run.logMetadata(log)).toEqual(await run.logMetadata(log))
    const reused = run.logMetadata({ ...log, metadata: { a: 2 } })
    await expect(reused).rejects.toThrow(IdempotencyKeyReusedError)
  })

  it('creates, lists and revokes the keys of a project, which cannot see other projects', async () => {
    const [one, other] = [fresh(), fresh()]
    const admin = new Client({ ...server, apiKey: (await client.createKey({ role: 'admin', project: one })).key })
    const made = await admin.createKey({ role: 'read', name: 'dashboard', expiresAt: new Date(Date.now() + 3_600_000) })
    expect(made).toMatchObject({ project: one, role: 'read', name: 'dashboard' })
    const reader = new Client({ ...server, apiKey: made.key })
    const run = await admin.createRun({ name: fresh() })
    expect((await reader.getPipelineRun(run.name)).id).toBe(run.id)
    await expect(reader.createRun()).rejects.toThrow(ForbiddenError)
    const stranger = new Client({ ...server, apiKey: (await client.createKey({ role: 'admin', project: other })).key })
    await expect(stranger.getPipelineRun(run.id)).rejects.toThrow(RunNotFoundError)
    await expect(stranger.revokeKey(made.id)).rejects.toThrow(NotFoundError)
    const { key: _, ...shown } = made
    await expect.poll(() => admin.listKeys()).toContainEqual(shown)
    await admin.revokeKey(made.id)
    await expect(reader.getPipelineRun(run.id)).rejects.toThrow(UnauthorizedError)
    await expect.poll(async () => (await admin.listKeys()).map(({ id }) => id)).not.toContain(made.id)
  })

  it('issues a token that logs to its run and does nothing else', async () => {
    const { key, id, name } = await client.createKey({ role: 'log', project: fresh() })
    const owner = new Client({ ...server, apiKey: key })
    const run = await owner.createRun()
    const { token, expiresAt } = await run.createToken({ expiresIn: 600 })
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 500_000)
    const inStep = new Client({ ...server, apiKey: token })
    vi.stubEnv('RUNMETA_RUN_ID', run.id)
    vi.stubEnv('RUNMETA_STEP_NAME', 'train')
    await logMetadata({ metadata: { loss: 0.5 }, client: inStep })
    const entry = (await run.history('loss').next()).value
    expect(entry).toMatchObject({ value: 0.5, step: 'train', by: { key: { id, name }, token: true } })
    await expect(inStep.getPipelineRun(run.id)).rejects.toThrow(ForbiddenError)
    await expect(inStep.run(run.name).logMetadata({ metadata: { a: 1 } })).rejects.toThrow(ForbiddenError)
  })

  it('throws an error of a specific class for each refusal', async () => {
    const [one, other] = [await client.createRun({ name: fresh() }), await client.createRun({ name: fresh() })]
    await expect(client.getPipelineRun(fresh())).rejects.toThrow(RunNotFoundError)
    await expect(client.createRun({ id: one.id, name: fresh() })).rejects.toThrow(IdTakenError)
    await expect(client.createRun({ id: randomUUID(), name: other.name })).rejects.toThrow(NameTakenError)
    await expect(client.createRun({ name: 'a/b' })).rejects.toThrow(BadRequestError)
    await expect(new Client({ ...server, apiKey: 'wrong-wrong-wrong' }).getPipelineRun('x')).rejects.toThrow(
      UnauthorizedError,
    )
  })

  it('lists the candidates of an ambiguous prefix', async () => {
    const prefix = fresh()
    const ids = [
      (await client.createRun({ name: `${prefix}-1` })).id,
      (await client.createRun({ name: `${prefix}-2` })).id,
    ]
    const error = await client.getPipelineRun(prefix).catch((thrown: unknown) => thrown)
    if (!(error instanceof AmbiguousRunError)) throw error
    expect(error.candidates.map(({ id }) => id)).toEqual(ids)
    expect(error).toMatchObject({ code: 'ambiguous_run', status: 409, more: false, retryable: false, attempts: 1 })
  })

  it.each([
    ['before sending', { a: { b: [Number.NaN] } }, '/a/b/0', 0],
    ['by the server', { a: { b: ['\ud800'] } }, '/a/b/0', 1],
  ])('names the place of a value that cannot be logged, refused %s', async (_, metadata, pointer, attempts) => {
    const run = await client.createRun()
    const error = await run.logMetadata({ metadata }).catch((thrown: unknown) => thrown)
    if (!(error instanceof InvalidValueError)) throw error
    expect(error).toMatchObject({ pointer, code: 'invalid_value', status: 422, attempts })
  })
})
