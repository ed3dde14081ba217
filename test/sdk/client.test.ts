import { inspect } from 'node:util'
import { Client, type ClientOptions, ConfigurationError } from '@runmeta/sdk'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { API_KEY, bodyOf, clientOf, errorOf, pipelineRun, RUN, receipt, recorder, run } from './stub.ts'

beforeEach(() => {
  vi.stubEnv('RUNMETA_URL', undefined)
  vi.stubEnv('RUNMETA_API_KEY', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})

describe('a client sends its calls to the URL', () => {
  test.each([
    ['http://127.0.0.1:8787', 'http://127.0.0.1:8787/v1/runs/nightly'],
    ['https://runs.example.com/', 'https://runs.example.com/v1/runs/nightly'],
    ['https://example.com/tools/runmeta', 'https://example.com/tools/runmeta/v1/runs/nightly'],
    ['https://example.com/tools/runmeta//', 'https://example.com/tools/runmeta/v1/runs/nightly'],
    ['https://example.com/?a=b#c', 'https://example.com/v1/runs/nightly'],
  ])('%s', async (url, sentTo) => {
    const { client, sent } = clientOf([pipelineRun('{}')], { url })
    await client.getPipelineRun('nightly')
    expect(sent[0]?.url).toBe(sentTo)
  })

  test('it reads the environment at each call if no option gives the URL', async () => {
    const { fetch, sent } = recorder(pipelineRun('{}'))
    const client = new Client({ fetch })
    vi.stubEnv('RUNMETA_URL', 'http://one.test')
    vi.stubEnv('RUNMETA_API_KEY', 'rmk_one')
    await client.getPipelineRun('nightly')
    vi.stubEnv('RUNMETA_URL', 'http://other.test')
    await client.getPipelineRun('nightly')
    expect(sent.map(({ url }) => url)).toEqual(['http://one.test/v1/runs/nightly', 'http://other.test/v1/runs/nightly'])
    expect(sent[0]?.headers.authorization).toBe('Bearer rmk_one')
  })

  test('it uses the global fetch that exists when a call is made', async () => {
    const { client, sent } = clientOf([pipelineRun('{}')], { fetch: undefined })
    const { fetch, sent: sentGlobally } = recorder(pipelineRun('{}'))
    vi.stubGlobal('fetch', fetch)
    await client.getPipelineRun('nightly')
    expect(sent).toHaveLength(0)
    expect(sentGlobally).toHaveLength(1)
  })

  test('it ignores a line break around the key, because files end with one', async () => {
    const { client, sent } = clientOf([pipelineRun('{}')], { apiKey: ` ${API_KEY}\n` })
    await client.getPipelineRun('nightly')
    expect(sent[0]?.headers.authorization).toBe(`Bearer ${API_KEY}`)
  })
})

describe('a missing setting is named by an error', () => {
  const url = 'http://runmeta.test'
  test.each<[string, ClientOptions, RegExp]>([
    ['no URL', { apiKey: API_KEY }, /RUNMETA_URL/],
    ['no key', { url }, /RUNMETA_API_KEY/],
    ['an empty key', { url, apiKey: '' }, /RUNMETA_API_KEY/],
    ['a key with other characters', { url, apiKey: 'secret\nsauce' }, /RUNMETA_API_KEY/],
    ['an invalid URL', { url: 'localhost', apiKey: API_KEY }, /RUNMETA_URL/],
    ['a URL of another scheme', { url: 'ftp://runmeta.test', apiKey: API_KEY }, /https?:\/\//],
    ['credentials in the URL', { url: 'http://u:sauce@runmeta.test', apiKey: API_KEY }, /credentials/],
  ])('%s', async (_, options, says) => {
    const { fetch, sent } = recorder(receipt())
    const error = await errorOf(new Client({ fetch, ...options }).getPipelineRun('nightly'))
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'not_configured', attempts: 0, retryable: false })
    expect(error).toHaveProperty('message', expect.stringMatching(says))
    expect(inspect(error)).not.toContain('sauce')
    expect(sent).toHaveLength(0)
  })

  test.each<[string, ClientOptions]>([
    ['no time', { timeout: 0 }],
    ['a time that is no number', { totalTimeout: Number.NaN }],
    ['less than no repeats', { retries: -1 }],
  ])('%s', (_, options) => {
    expect(() => new Client(options)).toThrow(ConfigurationError)
  })
})

describe('runs', () => {
  test('createRun sends its fields, and adds an id only if the run has neither id nor name', async () => {
    const { client, sent } = clientOf([run()])
    const startedAt = new Date('2026-01-31T12:00:00Z')
    await client.createRun({ name: 'nightly', pipeline: 'train', status: 'running', startedAt, index: false })
    await client.createRun({ id: RUN.id, startedAt: '2026-01-31T12:00:00Z' })
    await client.createRun()
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual(Array(3).fill('POST /v1/runs'))
    expect(sent[0]?.headers['content-type']).toBe('application/json')
    expect(bodyOf(sent[0])).toEqual({
      name: 'nightly',
      pipeline: 'train',
      status: 'running',
      startedAt: '2026-01-31T12:00:00.000Z',
      index: false,
    })
    expect(bodyOf(sent[1])).toEqual({ id: RUN.id, startedAt: '2026-01-31T12:00:00Z' })
    expect(bodyOf(sent[2])).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
  })

  test('a run has the fields of the reply, and no field without a value', async () => {
    const { client } = clientOf([run({ pipeline: 'train', endedAt: '2026-01-31T13:00:00.000Z', addedLater: 1 })])
    const created = await client.createRun({ name: 'nightly' })
    expect({ ...created }).toEqual({
      ...RUN,
      pipeline: 'train',
      endedAt: '2026-01-31T13:00:00.000Z',
      reference: RUN.id,
      isNew: false,
    })
    expect('startedAt' in created).toBe(false)
  })

  test('updateRun sends the changes, by the client or by a handle', async () => {
    const { client, sent } = clientOf([run({ status: 'completed' })])
    const endedAt = new Date('2026-01-31T13:00:00Z')
    const updated = await client.updateRun(RUN.id, { status: 'completed', endedAt })
    await updated.update({ pipeline: 'train' })
    expect(updated.status).toBe('completed')
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `PATCH /v1/runs/${RUN.id}`,
      `PATCH /v1/runs/${RUN.id}`,
    ])
    expect(bodyOf(sent[0])).toEqual({ status: 'completed', endedAt: '2026-01-31T13:00:00.000Z' })
    expect(bodyOf(sent[1])).toEqual({ pipeline: 'train' })
  })

  test.each([
    ['a b', 'a%20b'],
    ['Läufe 🚀', 'L%C3%A4ufe%20%F0%9F%9A%80'],
    ['a+b&c=d', 'a%2Bb%26c%3Dd'],
    ['%2e%2e', '%252e%252e'],
    ['../x', '..%2Fx'],
    ['...', '...'],
  ])('a reference is put into the path unchanged: %s', async (reference, encoded) => {
    const { client, sent } = clientOf([pipelineRun('{}')])
    await client.getPipelineRun(reference)
    expect(sent[0]?.path).toBe(`/v1/runs/${encoded}`)
  })

  test.each(['', '.', '..', '\ud800'])(
    'a reference that is impossible in a path is refused before it is sent: %j',
    async (reference) => {
      const { client, sent } = clientOf([pipelineRun('{}')])
      const calls = [
        client.getPipelineRun(reference),
        client.updateRun(reference, { status: 'failed' }),
        client.run(reference).logMetadata({ metadata: { a: 1 } }),
      ]
      for (const call of calls) {
        expect(await errorOf(call)).toMatchObject({
          name: 'BadRequestError',
          code: 'bad_request',
          status: 400,
          attempts: 0,
        })
      }
      expect(sent).toHaveLength(0)
    },
  )

  test('printing a client or a run does not reveal the key', async () => {
    const { client } = clientOf([pipelineRun('{"a": 1}')])
    const read = await client.getPipelineRun('nightly')
    for (const shown of [client, client.run('nightly'), client.run('nightly').step('train'), read]) {
      expect(inspect(shown, { depth: 10, showHidden: true })).not.toContain(API_KEY)
      expect(JSON.stringify(shown)).not.toContain(API_KEY)
    }
  })
})
