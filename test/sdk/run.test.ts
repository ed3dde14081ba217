import { Client, isValueObject, logMetadata, NumberLiteral, Typed, uri, withNewRun, withRun } from '@runmeta/sdk'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ROOT_KEY, testApp } from '../support/app.ts'
import { bodyOf, clientOf, errorOf, json, pipelineRun, RUN, receipt, refusal, run, type Sent } from './stub.ts'

const metadata = { a: 1 }
const calls = (sent: readonly Sent[]) => sent.map(({ method, path }) => `${method} ${path}`)

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe('createRun returns whether the run is new', () => {
  test.each([
    [201, true],
    [200, false],
  ])('according to the status %i', async (status, isNew) => {
    const { client } = clientOf([json(RUN, status)])
    expect((await client.createRun({ name: 'nightly' })).isNew).toBe(isNew)
  })

  test('according to its own id if the reply to the first attempt was lost', async () => {
    const { client } = clientOf([
      () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' })),
      (sent) => json({ ...RUN, id: JSON.parse(sent.body ?? '').id })(sent),
    ])
    expect((await client.createRun({ pipeline: 'p' })).isNew).toBe(true)
  })
})

describe('withNewRun', () => {
  test('creates a run with a new id, logs to it, and sets its status to completed', async () => {
    const { client, sent } = clientOf([json(RUN, 201), receipt(), run({ status: 'completed' })])
    const gave = await client.withNewRun({ name: 'nightly', pipeline: 'p' }, async (created) => {
      expect(created).toMatchObject({ id: RUN.id, name: 'nightly', isNew: true })
      await logMetadata({ metadata })
      return 7
    })
    expect(gave).toBe(7)
    expect(calls(sent)).toEqual(['POST /v1/runs', `POST /v1/runs/${RUN.id}/metadata`, `PATCH /v1/runs/${RUN.id}`])
    expect(bodyOf(sent[0])).toEqual({ name: 'nightly', pipeline: 'p', id: expect.stringMatching(/^[\da-f-]{36}$/) })
    expect(bodyOf(sent[2])).toEqual({ status: 'completed' })
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('of the job')
      },
    ],
    [
      'fails later',
      async () => {
        throw new Error('of the job')
      },
    ],
  ])('sets the status to failed if the function %s, and throws its error', async (_, fn) => {
    const { client, sent } = clientOf([json(RUN, 201), run({ status: 'failed' })])
    expect(await errorOf(client.withNewRun({}, fn))).toHaveProperty('message', 'of the job')
    expect(bodyOf(sent[1])).toEqual({ status: 'failed' })
  })

  test('throws the error of the function, even if the status cannot be set', async () => {
    const { client } = clientOf([json(RUN, 201), refusal('forbidden')])
    const fails = async () => {
      throw new Error('of the job')
    }
    expect(await errorOf(client.withNewRun({}, fails))).toHaveProperty('message', 'of the job')
  })

  test('refuses a name that is taken', async () => {
    const { client, sent } = clientOf([refusal('name_taken')])
    const fn = vi.fn()
    expect(await errorOf(client.withNewRun({ name: 'nightly' }, fn))).toMatchObject({ name: 'NameTakenError' })
    expect(fn).not.toHaveBeenCalled()
    expect(sent).toHaveLength(1)
  })

  test('calls the function even if the run cannot be created, if onError is "warn"', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const { client } = clientOf([refusal('forbidden')], { onError: 'warn' })
    expect(await client.withNewRun({ name: 'nightly' }, async ({ name }) => name)).toBe('nightly')
    expect(warn).toHaveBeenCalledTimes(2)
  })

  test('fails if the status of a successful job cannot be set', async () => {
    const { client } = clientOf([json(RUN, 201), refusal('forbidden')])
    expect(await errorOf(client.withNewRun({}, () => 7))).toMatchObject({ name: 'ForbiddenError' })
  })

  test('uses the given client, or the one of the environment', async () => {
    const { client, sent } = clientOf([json(RUN, 201), run()])
    expect(await withNewRun({ client, name: 'nightly' }, () => 7)).toBe(7)
    expect(bodyOf(sent[0])).not.toHaveProperty('client')
    vi.stubEnv('RUNMETA_URL', undefined)
    expect(await errorOf(withNewRun({}, () => 7))).toMatchObject({ name: 'ConfigurationError' })
  })
})

describe('a run that was read', () => {
  const answer = pipelineRun(
    '{"run_metrics":{"accuracy":0.97,"by class":[{"f1":0.9}]},"a/b":{"~":1},"dataset":"s3://b/k"}',
    { '/dataset': 'Uri' },
  )
  test('returns the value at a JSON Pointer', async () => {
    const { client } = clientOf([answer])
    const read = await client.getPipelineRun('nightly')
    expect(read.get('/run_metrics/accuracy')).toBe(0.97)
    expect(read.get<number>('/run_metrics/by class/0/f1')).toBe(0.9)
    expect(read.get('/a~1b/~0')).toBe(1)
    expect(read.get('/dataset')).toEqual(uri('s3://b/k'))
    expect(read.get('')).toEqual(read.runMetadata)
    for (const nothing of ['/none', '/run_metrics/by class/01', '/run_metrics/by class/-', '/toString', '/dataset/0'])
      expect(read.get(nothing)).toBeUndefined()
  })

  test('refuses an invalid JSON Pointer, and suggests a valid one', async () => {
    const { client } = clientOf([answer])
    const read = await client.getPipelineRun('nightly')
    expect(() => read.get('run_metrics/accuracy')).toThrow(/did you mean \/run_metrics\/accuracy/)
  })

  test('has the type that the caller states', async () => {
    interface Known {
      readonly run_metrics: { readonly accuracy: number }
    }
    const { client } = clientOf([answer])
    const read = await client.getPipelineRun<Known>('nightly')
    expect(read.runMetadata.run_metrics.accuracy.toFixed(1)).toBe('1.0')
  })

  test('is its id as a string', async () => {
    const { client } = clientOf([answer])
    expect(String(await client.getPipelineRun('nightly'))).toBe(RUN.id)
    expect(`${client.run('nightly')}`).toBe('nightly')
  })

  test('has values that the guards tell apart', async () => {
    const { client } = clientOf([answer])
    const { runMetadata } = await client.getPipelineRun('nightly')
    expect(Typed.is(runMetadata.dataset)).toBe(true)
    expect(isValueObject(runMetadata.run_metrics)).toBe(true)
    expect(isValueObject(runMetadata.dataset)).toBe(false)
  })
})

describe('numbers read as literals', () => {
  const literal = (text: string) => new NumberLiteral(text)
  test('keep their text in metadata, steps, histories and selections', async () => {
    const text = '{"a":1.0,"b":[1e2,-0],"size":1024}'
    const read = clientOf([pipelineRun(text, { '/size': 'StorageSize' }, { s: { metadata: { n: 1 }, types: {} } })], {
      numbers: 'literal',
    })
    const run = await read.client.getPipelineRun('nightly')
    expect(run.runMetadata).toEqual({
      a: literal('1.0'),
      b: [literal('1e2'), literal('-0')],
      size: new Typed('StorageSize', literal('1024')),
    })
    expect(run.steps.s?.runMetadata).toEqual({ n: literal('1') })

    const entry = '{"value":3,"types":{},"log":"l","createdAt":"t","by":{"key":{"id":"i","name":"n"}}}'
    const history = clientOf([json(`{"entries":[${entry}]}`)], { numbers: 'literal' })
    for await (const { value } of history.client.history('nightly', 'k')) expect(value).toEqual(literal('3'))

    const listed = clientOf([json(`{"runs":[${JSON.stringify(RUN).slice(0, -1)},"selected":{"/a":5}}]}`)], {
      numbers: 'literal',
    })
    const [one] = await listed.client.listPipelineRuns({ select: ['/a'] }).first(1)
    expect(one?.selected['/a']).toEqual(literal('5'))
  })

  test('can be logged again', async () => {
    const { client, sent } = clientOf([pipelineRun('{"a":1.0,"b":1E5}'), receipt()], { numbers: 'literal' })
    const read = await client.getPipelineRun('nightly')
    await read.logMetadata({ metadata: read.runMetadata })
    expect(sent[1]?.body).toBe('{"metadata":{"a":1.0,"b":1E5}}')
  })
})

describe('a client with a run token', () => {
  const token = `rmt_0123456789abcdef_${RUN.id.replaceAll('-', '')}_1790000000000_${'0'.repeat(64)}`
  test('knows its run', async () => {
    vi.stubEnv('RUNMETA_RUN_ID', 'another')
    const { client, sent } = clientOf([receipt()], { apiKey: token })
    await client.logMetadata({ metadata })
    await client.run().step('train').logMetadata({ metadata })
    await withRun(client.run(), () => logMetadata({ metadata }))
    expect(new Set(sent.map(({ path }) => path))).toEqual(new Set([`/v1/runs/${RUN.id}/metadata`]))
  })

  test('still logs to an explicit target', async () => {
    const { client, sent } = clientOf([receipt()], { apiKey: token })
    await client.logMetadata({ metadata, runIdNameOrPrefix: 'named' })
    expect(sent[0]?.path).toBe('/v1/runs/named/metadata')
  })

  test('is the only one for which run() needs no name', () => {
    expect(() => clientOf([receipt()]).client.run()).toThrow(/takes the id, name or prefix/)
  })
})

test('deleteRun succeeds if its earlier attempt deleted the run, but not if that was refused with 429', async () => {
  const repeated = clientOf([refusal('internal'), refusal('run_not_found')])
  await repeated.client.deleteRun(RUN.id)
  const limited = clientOf([refusal('rate_limited'), refusal('run_not_found')])
  expect(await errorOf(limited.client.deleteRun(RUN.id))).toMatchObject({ name: 'RunNotFoundError', attempts: 2 })
  expect(repeated.sent.concat(limited.sent)).toHaveLength(4)
})

describe('a retried call by name concerns the run of its first attempt', () => {
  /** Loses the first reply to a DELETE or to a PATCH with changes, and calls `meanwhile` before the retry. */
  async function losing(meanwhile: (client: Client) => Promise<unknown>) {
    const { fetch } = await testApp()
    const direct = new Client({ url: 'http://runmeta.test', apiKey: ROOT_KEY, fetch })
    let isLost = false
    const client = new Client({
      url: 'http://runmeta.test',
      apiKey: ROOT_KEY,
      fetch: async (url, request) => {
        const reply = await fetch(url, request)
        const isChange = request.method === 'DELETE' || (request.method === 'PATCH' && request.body !== '{}')
        if (!isChange || isLost) return reply
        isLost = true
        await meanwhile(direct)
        throw Object.assign(new Error('reset'), { code: 'ECONNRESET' })
      },
    })
    return { client, direct }
  }

  test('deleteRun does not delete a run that took the name meanwhile', async () => {
    const { client, direct } = await losing((other) => other.createRun({ name: 'nightly', pipeline: 'new' }))
    await direct.createRun({ name: 'nightly', pipeline: 'old' })
    await client.deleteRun('nightly')
    expect((await direct.getPipelineRun('nightly')).pipeline).toBe('new')
  })

  test('updateRun does not change a run that took the name meanwhile', async () => {
    const { client, direct } = await losing(async (other) => {
      await other.deleteRun('nightly')
      await other.createRun({ name: 'nightly' })
    })
    await direct.createRun({ name: 'nightly' })
    const error = await errorOf(client.updateRun('nightly', { status: 'failed' }))
    expect(error).toMatchObject({ name: 'RunNotFoundError' })
    expect((await direct.getPipelineRun('nightly')).status).toBe('running')
  })

  test('both report a run that does not exist', async () => {
    const { client } = await losing(async () => {})
    expect(await errorOf(client.deleteRun('none'))).toMatchObject({ name: 'RunNotFoundError' })
    expect(await errorOf(client.updateRun('none', { status: 'failed' }))).toMatchObject({ name: 'RunNotFoundError' })
  })
})

describe('the environment', () => {
  beforeEach(() => {
    vi.stubEnv('RUNMETA_RUN_ID', undefined)
  })

  test('RUNMETA_ON_ERROR=warn keeps a failed log from ending a job', async () => {
    vi.stubEnv('RUNMETA_ON_ERROR', 'warn')
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const { client } = clientOf([refusal('forbidden')])
    expect(await client.run('r').logMetadata({ metadata })).toBeUndefined()
    expect(warn).toHaveBeenCalledTimes(1)
    const strict = clientOf([refusal('forbidden')], { onError: 'throw' })
    expect(await errorOf(strict.client.run('r').logMetadata({ metadata }))).toMatchObject({ name: 'ForbiddenError' })
  })

  test('another value of RUNMETA_ON_ERROR is an error that lists the valid values', async () => {
    vi.stubEnv('RUNMETA_ON_ERROR', 'ignore')
    const { client } = clientOf([refusal('forbidden')])
    const error = await errorOf(client.run('r').logMetadata({ metadata }))
    expect(error).toHaveProperty('message', "RUNMETA_ON_ERROR must be 'throw' or 'warn'")
  })

  test('RUNMETA_DISABLED=1 sends nothing, and jobs still run', async () => {
    vi.stubEnv('RUNMETA_DISABLED', '1')
    const { client, sent } = clientOf([refusal('internal')])
    expect(
      await client.withNewRun({ pipeline: 'p' }, async () => {
        await logMetadata({ metadata })
        return 7
      }),
    ).toBe(7)
    const created = await client.createRun({ name: 'n', pipeline: 'p' })
    expect(created).toMatchObject({ name: 'n', pipeline: 'p', status: 'running', isNew: true })
    expect(await created.update({ status: 'completed' })).toMatchObject({ status: 'completed' })
    await created.unset('a')
    await created.delete()
    expect(await logMetadata({ metadata })).toBeUndefined()
    expect(await client.logMany([{ metadata }])).toEqual([])
    const prepared = client.prepareLog({ runIdNameOrPrefix: 'n', metadata })
    const others: Promise<unknown>[] = [
      client.getPipelineRun('n'),
      client.watch('n').next(),
      client.history('n', 'a').next(),
      client.listPipelineRuns().first(1),
      client.compare(['n', created]),
      client.sendLog(prepared),
      client.createRunToken('n', { expiresIn: 60 }),
      client.createKey({ role: 'log' }),
      client.listKeys(),
      client.revokeKey('k'),
    ]
    for (const call of others) {
      expect(await errorOf(call)).toMatchObject({
        name: 'ConfigurationError',
        message: expect.stringMatching(/RUNMETA_DISABLED/),
      })
    }
    expect(sent).toHaveLength(0)
  })

  test.each(['0', 'false', ''])('RUNMETA_DISABLED=%s does not disable anything', async (value) => {
    vi.stubEnv('RUNMETA_DISABLED', value)
    const { client, sent } = clientOf([receipt()])
    await client.run('r').logMetadata({ metadata })
    expect(sent).toHaveLength(1)
  })
})

describe('the options of a call', () => {
  test('send `exact` with each call that accepts it', async () => {
    const { client, sent } = clientOf([pipelineRun('{}')])
    await client.getPipelineRun('r', { exact: true })
    await errorOf(client.logMetadata({ runIdNameOrPrefix: 'r', metadata, exact: true }))
    await errorOf(client.unset('r', 'k', { exact: true }))
    await errorOf(client.history('r', 'k', { exact: true }).next())
    expect(sent.map(({ url }) => new URL(url).searchParams.get('exact'))).toEqual(Array(4).fill('true'))
  })

  test('send `at` as a time or a position', async () => {
    const { client, sent } = clientOf([pipelineRun('{}')])
    await client.getPipelineRun('r', { at: new Date('2026-01-31T12:00:00Z') })
    await client.getPipelineRun('r', { at: '0a' })
    expect(sent.map(({ url }) => new URL(url).searchParams.get('at'))).toEqual(['2026-01-31T12:00:00.000Z', '0a'])
    expect(await errorOf(client.getPipelineRun('r', { at: new Date(Number.NaN) }))).toMatchObject({
      name: 'BadRequestError',
    })
  })

  test('of a change include a name and an expiry, which null removes', async () => {
    const { client, sent } = clientOf([run({ expiresAt: '2027-01-01T00:00:00.000Z' })])
    const changed = await client.updateRun(RUN.id, { name: 'other', expiresAt: new Date('2027-01-01T00:00:00Z') })
    await client.updateRun(RUN.id, { expiresAt: null })
    await client.createRun({ id: RUN.id, createdAt: new Date(0), endedAt: new Date(0), expiresAt: new Date(0) })
    expect(changed.expiresAt).toBe('2027-01-01T00:00:00.000Z')
    const epoch = '1970-01-01T00:00:00.000Z'
    expect(sent.map((one) => bodyOf(one))).toEqual([
      { name: 'other', expiresAt: '2027-01-01T00:00:00.000Z' },
      { expiresAt: null },
      { id: RUN.id, createdAt: epoch, endedAt: epoch, expiresAt: epoch },
    ])
  })
})
