import { getEventListeners } from 'node:events'
import { Client, type FetchRequest, logMetadata, withRun } from '@runmeta/sdk'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { API_KEY, clientOf, errorOf, json, pipelineRun, receipt, receiptOf, recorder, refusal, run } from './stub.ts'

const metadata = { a: 1 }
const url = 'http://runmeta.test'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe('a page served over plain http, where crypto has no randomUUID', () => {
  test('logs, unsets and creates runs', async () => {
    const getRandomValues = globalThis.crypto.getRandomValues.bind(globalThis.crypto)
    vi.stubGlobal('crypto', { getRandomValues })
    const { client, sent } = clientOf([receipt(), () => new Response(null, { status: 204 }), run()])
    await client.run('r').logMetadata({ metadata })
    await client.unset('r', 'a')
    await client.createRun({ pipeline: 'p' })
    const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/
    expect(sent[0]?.headers['idempotency-key']).toMatch(uuid)
    expect(sent[1]?.headers['idempotency-key']).toMatch(uuid)
    expect(JSON.parse(sent[2]?.body ?? '')).toMatchObject({ id: expect.stringMatching(uuid) })
  })

  test('says what to set if there is no crypto at all, as onError requires', async () => {
    vi.stubGlobal('crypto', undefined)
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const { client, sent } = clientOf([receipt()], { onError: 'warn' })
    expect(await client.run('r').logMetadata({ metadata })).toBeUndefined()
    expect(String(warn.mock.calls)).toMatch(/getRandomValues.*not_configured/)
    expect(sent).toHaveLength(0)
  })
})

describe('a runtime without fetch', () => {
  test('fails each call immediately, and names the option', async () => {
    vi.stubGlobal('fetch', undefined)
    const error = await errorOf(new Client({ url, apiKey: API_KEY }).getPipelineRun('r'))
    expect(error).toMatchObject({ name: 'ConfigurationError', message: expect.stringMatching(/option fetch/) })
  })
})

describe('a fetch that caches', () => {
  const caching = () => {
    const { fetch, sent } = recorder(pipelineRun('{"n":1}'), pipelineRun('{"n":2}'))
    const kept = new Map<string, string>()
    const caches = async (address: string, request: FetchRequest) => {
      const text = kept.get(address)
      if (text !== undefined && request.cache !== 'no-store') return new Response(text, { status: 200 })
      const reply = await fetch(address, request)
      kept.set(address, await reply.clone().text())
      return reply
    }
    return { client: new Client({ url, apiKey: API_KEY, fetch: caches }), sent }
  }

  test('is asked not to cache', async () => {
    const { client } = caching()
    expect((await client.getPipelineRun('r')).runMetadata).toEqual({ n: 1 })
    expect((await client.getPipelineRun('r')).runMetadata).toEqual({ n: 2 })
  })

  test.each(["The 'cache' field on 'RequestInitializerDict' is not implemented.", 'Unsupported cache mode: no-store'])(
    'is called without that option after it refused it once: %s',
    async (message) => {
      const asked: boolean[] = []
      const { fetch } = recorder(receipt())
      const refuses = (address: string, request: FetchRequest) => {
        asked.push('cache' in request)
        if ('cache' in request) throw new TypeError(message)
        return fetch(address, request)
      }
      const client = new Client({ url, apiKey: API_KEY, fetch: refuses, retries: 0 })
      await client.run('r').logMetadata({ metadata })
      await client.run('r').logMetadata({ metadata })
      expect(asked).toEqual([true, false, false])
    },
  )
})

describe('one signal for many calls', () => {
  test('has one listener while they run, and none afterwards', async () => {
    const warnings: Error[] = []
    const warned = (warning: Error) => warnings.push(warning)
    process.on('warning', warned)
    const { client } = clientOf([receipt()])
    const { signal } = new AbortController()
    const calls = Array.from({ length: 1000 }, () => client.run('r').logMetadata({ metadata, signal }))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await Promise.all(calls)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', warned)
    expect(warnings).toEqual([])
  })

  test('ends all of them', async () => {
    const { client } = clientOf([() => new Promise(() => {})])
    const controller = new AbortController()
    const { signal } = controller
    const calls = Array.from({ length: 100 }, () => errorOf(client.run('r').logMetadata({ metadata, signal })))
    controller.abort('shutdown')
    for (const error of await Promise.all(calls)) expect(error).toMatchObject({ name: 'AbortError', cause: 'shutdown' })
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})

describe('many calls at once', () => {
  test('have 64 requests under way, in their order', async () => {
    let open = 0
    let most = 0
    const order: number[] = []
    const { client } = clientOf([
      async (sent) => {
        most = Math.max(most, ++open)
        order.push(JSON.parse(sent.body ?? '').metadata.n)
        await new Promise((resolve) => setImmediate(resolve))
        open--
        return await receipt()(sent)
      },
    ])
    const calls = Array.from({ length: 10_000 }, (_, n) => client.run('r').logMetadata({ metadata: { n } }))
    expect(await Promise.all(calls)).toHaveLength(10_000)
    expect(most).toBe(64)
    expect(order).toEqual([...order].sort((a, b) => a - b))
  })

  test('can be aborted while they wait for their turn', async () => {
    const { client, sent } = clientOf([() => new Promise(() => {})], { timeout: 20, totalTimeout: 60, retries: 0 })
    const controller = new AbortController()
    const first = Array.from({ length: 64 }, () => errorOf(client.run('r').logMetadata({ metadata })))
    const aborted = errorOf(client.run('r').logMetadata({ metadata, signal: controller.signal }))
    controller.abort()
    expect(await aborted).toMatchObject({ name: 'AbortError', attempts: 0 })
    for (const error of await Promise.all(first)) expect(error).toMatchObject({ name: 'TimeoutError', attempts: 1 })
    expect(sent).toHaveLength(64)
  })
})

describe('under fake timers', () => {
  test('a retry still happens', async () => {
    vi.useFakeTimers()
    const { client, sent } = clientOf([refusal('internal'), receipt()])
    vi.spyOn(Math, 'random').mockReturnValue(0.01)
    await client.run('r').logMetadata({ metadata })
    expect(sent).toHaveLength(2)
  })

  test('a missing reply still times out', async () => {
    vi.useFakeTimers()
    const { client } = clientOf([() => new Promise(() => {})], { timeout: 20, retries: 0 })
    expect(await errorOf(client.getPipelineRun('r'))).toMatchObject({ name: 'TimeoutError' })
  })
})

describe('a mocked fetch', () => {
  test.each<[string, object]>([
    ['without headers', { status: 201, text: async () => JSON.stringify(receiptOf()) }],
    ['with json() alone', { ok: true, status: 201, json: async () => receiptOf() }],
  ])('may reply %s', async (_, reply) => {
    const client = new Client({ url, apiKey: API_KEY, fetch: vi.fn().mockResolvedValue(reply) })
    expect(await client.run('r').logMetadata({ metadata })).toEqual(receiptOf())
  })

  test('is reported at once if it returns nothing', async () => {
    const fetch = vi.fn()
    const error = await errorOf(new Client({ url, apiKey: API_KEY, fetch }).getPipelineRun('r'))
    expect(error).toMatchObject({ name: 'ConfigurationError', message: expect.stringMatching(/must give a Response/) })
    expect(fetch).toHaveBeenCalledTimes(1)
  })

  test('may replace the global fetch after the client was created', async () => {
    const client = new Client({ url, apiKey: API_KEY })
    vi.stubGlobal('fetch', recorder(receipt()).fetch)
    expect(await withRun(client.run('r'), () => logMetadata({ metadata }))).toEqual(receiptOf())
  })
})

describe('a connection that fails says why', () => {
  test('with all of its causes', async () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' })
    const fails = () => Promise.reject(new TypeError('fetch failed', { cause }))
    const { client } = clientOf([fails], { retries: 0 })
    expect(await errorOf(client.getPipelineRun('r'))).toHaveProperty(
      'message',
      'no reply from http://runmeta.test: fetch failed: connect ECONNREFUSED 127.0.0.1:9 (GET /v1/runs/r)',
    )
  })

  test('with advice about CORS in a page', async () => {
    vi.stubGlobal('location', { href: 'https://app.test/' })
    vi.stubGlobal('process', undefined)
    const { client } = clientOf([() => Promise.reject(new TypeError('Failed to fetch'))], { retries: 0 })
    const error = await errorOf(client.getPipelineRun('r'))
    expect(error).toHaveProperty('message', expect.stringMatching(/Failed to fetch.*RUNMETA_CORS_ORIGINS/))
  })
})

describe('a stale connection gets an additional attempt, which is not counted as a retry', () => {
  test.each([
    'client error (SendRequest): connection closed before message completed',
    'error sending request: Connection reset by peer (os error 104)',
    'Broken pipe (os error 32)',
    'The socket connection was closed unexpectedly. For more information, pass `verbose: true` in the second argument to fetch()',
    'Network connection lost.',
  ])('%s', async (message) => {
    const fails = () => Promise.reject(new TypeError('error sending request', { cause: new Error(message) }))
    const { client, sent } = clientOf([fails, receipt()], { retries: 0 })
    await client.run('r').logMetadata({ metadata })
    expect(sent).toHaveLength(2)
  })
})

describe('options', () => {
  test.each([
    ['key', /did you mean apiKey/],
    ['api_key', /did you mean apiKey/],
    ['token', /did you mean apiKey/],
    ['baseUrl', /did you mean url/],
    ['timeOut', /did you mean timeout/],
    ['maxRetries', /did you mean retries/],
    ['tiemout', /did you mean timeout/],
    ['ulr', /did you mean url/],
    ['retry', /did you mean retries/],
  ])('are refused if they are misspelt: %s', (name, hint) => {
    expect(() => new Client(Object.fromEntries([[name, 'x']]))).toThrow(hint)
  })

  test('are accepted in an object with other properties', () => {
    const others = ['stop', 'server', 'host', 'region', 'concurrency', 'headers', 'directory', 'tableName', 'stage']
    const held = Object.fromEntries(others.map((name) => [name, 1]))
    expect(() => new Client({ url, ...held })).not.toThrow()
  })

  test.each([
    ['run_id_name_or_prefix', /did you mean runIdNameOrPrefix/],
    ['step_name', /did you mean stepName/],
    ['idempotency_key', /did you mean idempotencyKey/],
    ['metdata', /did you mean metadata/],
    ['exakt', /did you mean exact/],
    ['singal', /did you mean signal/],
    ['dataset', /what is logged goes into metadata/],
  ])('of a log are refused if they are misspelt: %s', async (name, hint) => {
    const { client } = clientOf([receipt()])
    const log = Object.assign({ metadata }, Object.fromEntries([[name, 'x']]))
    expect(await errorOf(client.run('r').logMetadata(log))).toHaveProperty('message', expect.stringMatching(hint))
  })

  test('suggest createdAt for a misspelt order', async () => {
    const { client } = clientOf([json({ runs: [] })])
    const error = await errorOf(client.listPipelineRuns({ order: 'created' }).first(1))
    expect(error).toHaveProperty('message', expect.stringMatching(/order: .*did you mean createdAt/))
  })
})
