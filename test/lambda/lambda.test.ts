import { randomUUID } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { ROOT_KEY, SIGNING_KEY } from '../support/app.ts'
import { expectDescribed } from '../support/openapi.ts'
import { type EventInput, functionUrlEvent, httpApiEvent } from './events.ts'
import { CONTEXT, type Handler, loadHandler, outputLines } from './handler.ts'

const SOURCES = [
  { source: 'an HTTP API', eventOf: httpApiEvent, isDecoded: true },
  { source: 'a function URL', eventOf: functionUrlEvent, isDecoded: false },
] as const

const NAMES = ['plain', 'with space', 'ünïcödé-日本語-🏃', 'a+b&c=d;e', ' trailing ', '"<>^`{|}']

describe.each(SOURCES)('the Lambda handler behind $source', ({ eventOf, isDecoded }) => {
  let handler: Handler
  beforeAll(async () => {
    handler = await loadHandler()
    outputLines()
  })

  async function invoke(input: EventInput): Promise<{ status: number; body: string; headers: Headers }> {
    const headers = { authorization: `Bearer ${ROOT_KEY}`, ...input.headers }
    const { statusCode, body, headers: given, isBase64Encoded } = await handler(eventOf({ ...input, headers }), CONTEXT)
    expect(isBase64Encoded).toBe(false)
    const replied = new Headers(
      Object.entries(given ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
    )
    const reply = new Response(statusCode === 204 ? null : body, { status: statusCode, headers: replied })
    await expectDescribed(input.method, `http://lambda${input.rawPath}`, reply)
    return { status: statusCode, body, headers: replied }
  }

  /** A path as this source passes it. */
  const pathOf = (name: string, rest = '') => `/v1/runs/${isDecoded ? name : encodeURIComponent(name)}${rest}`
  const post = (rawPath: string, body: string, more: Partial<EventInput> = {}) =>
    invoke({ method: 'POST', rawPath, body, ...more, headers: { 'content-type': 'application/json', ...more.headers } })

  it.each(NAMES)('creates, logs to and reads a run with the name %j', async (name) => {
    expect(await post('/v1/runs', JSON.stringify({ name }))).toMatchObject({ status: 201 })
    expect(await post(pathOf(name, '/metadata'), '{"metadata":{"n":1.0,"é":"🏃"}}')).toMatchObject({ status: 201 })
    const { status, body } = await invoke({ method: 'GET', rawPath: pathOf(name) })
    expect(status).toBe(200)
    expect(body).toContain('"metadata":{"n":1.0,"é":"🏃"}')
    expect(JSON.parse(body).name).toBe(name)
  })

  it('creates a token that can log', async () => {
    const { id } = JSON.parse((await post('/v1/runs', '{}')).body)
    const { token } = JSON.parse((await post(pathOf(id, '/token'), '{"expiresIn":60}')).body)
    const log = (shown: string) =>
      post(pathOf(id, '/metadata'), '{"metadata":{"a":1}}', { headers: { authorization: `Bearer ${shown}` } })
    expect(await log(token)).toMatchObject({ status: 201 })
  })

  it('accepts a body in base64', async () => {
    const name = `base64-${randomUUID()}`
    const body = Buffer.from(JSON.stringify({ name, pipeline: '日本' })).toString('base64')
    const reply = await post('/v1/runs', body, { isBase64Encoded: true })
    expect(reply.status).toBe(201)
    expect(JSON.parse(reply.body)).toMatchObject({ name, pipeline: '日本' })
  })

  it('sends a compressed reply in base64', async () => {
    const { id } = JSON.parse((await post('/v1/runs', '{}')).body)
    await post(`/v1/runs/${id}/metadata`, JSON.stringify({ metadata: { words: 'word 🏃 '.repeat(1000) } }))
    const headers = { authorization: `Bearer ${ROOT_KEY}`, 'accept-encoding': 'gzip' }
    const reply = await handler(eventOf({ method: 'GET', rawPath: `/v1/runs/${id}`, headers }), CONTEXT)
    expect(reply).toMatchObject({ isBase64Encoded: true, headers: { 'content-encoding': 'gzip' } })
    const { body } = await invoke({ method: 'GET', rawPath: `/v1/runs/${id}` })
    expect(gunzipSync(Buffer.from(reply.body, 'base64')).toString()).toBe(body)
  })

  it('keeps an idempotency key and a request id', async () => {
    const { id } = JSON.parse((await post('/v1/runs', '{}')).body)
    const headers = { 'idempotency-key': 'k', 'x-request-id': 'mine' }
    const first = await post(`/v1/runs/${id}/metadata`, '{"metadata":{"a":1}}', { headers })
    const second = await post(`/v1/runs/${id}/metadata`, '{"metadata":{"a":1}}', { headers })
    expect(second.body).toBe(first.body)
    expect(second.headers.get('x-request-id')).toBe('mine')
  })

  it.each([
    ['an invalid query parameter', { method: 'GET', rawPath: '/v1/limits', rawQueryString: 'a=b' }, 400],
    ['an invalid path', { method: 'GET', rawPath: '/' }, 404],
    ['TRACE', { method: 'TRACE', rawPath: '/v1/limits' }, 405],
    ['an empty reference', { method: 'GET', rawPath: '/v1/runs/' }, 400],
    [
      'a body that is no JSON',
      { method: 'POST', rawPath: '/v1/runs', body: '{', headers: { 'content-type': 'application/json' } },
      400,
    ],
    ['no body', { method: 'POST', rawPath: '/v1/runs', headers: { 'content-type': 'application/json' } }, 400],
    ['no content type', { method: 'POST', rawPath: '/v1/runs', body: '{}' }, 415],
  ] as const)('refuses %s with a problem', async (_, input, expected) => {
    const { status, headers } = await invoke(input)
    expect(status).toBe(expected)
    expect(headers.get('content-type')).toBe('application/problem+json')
  })

  it.each([
    ['an encoded #', '/v1/runs/target#other'],
    ['an encoded ?', '/v1/runs/target?other=1'],
    ['an encoded backslash', '/v1/runs/zz\\..\\target'],
    ['encoded slashes and dots', '/v1/runs/x/../target'],
    ['encoded dots', '/v1/runs/x/%2e%2E/target'],
    ['a dot', '/v1/runs/./target'],
  ])('finds no other run by %s that was decoded', async (_, rawPath) => {
    await post('/v1/runs', '{"name":"target"}')
    const headers = { 'content-type': 'application/json' }
    const { status } = await invoke({ method: 'PATCH', rawPath, body: '{"status":"failed"}', headers })
    // Some of these paths end at a page or a list that has other methods.
    expect([404, 405]).toContain(status)
    const { body } = await invoke({ method: 'GET', rawPath: pathOf('target') })
    expect(JSON.parse(body)).toMatchObject({ name: 'target', status: 'running' })
  })

  it.each([
    ['invalid base64', { method: 'POST', rawPath: '/v1/runs', body: 'not base64!', isBase64Encoded: true }],
    ['an invalid method', { method: 'G T', rawPath: '/v1/limits' }],
    ['an invalid header', { method: 'GET', rawPath: '/v1/limits', headers: { 'x y': 'z' } }],
    ['a cookie that no header can hold', { method: 'GET', rawPath: '/v1/limits', cookies: ['a=☃'] }],
  ])('replies to %s with a problem', async (_, input) => {
    expect(await invoke(input)).toMatchObject({ status: 400 })
  })

  it('accepts a GET with a body', async () => {
    expect(await invoke({ method: 'GET', rawPath: '/v1/health', body: '{}' })).toMatchObject({ status: 200 })
  })
})

describe('a function with a missing or invalid setting', () => {
  it.each([
    ['RUNMETA_TABLE', ''],
    ['RUNMETA_ROOT_KEY', ''],
    ['RUNMETA_SIGNING_KEY', ''],
    ['RUNMETA_SIGNING_KEY', 'too short'],
    ['AWS_REGION', ''],
  ])('names the setting: %s=%s', async (name, value) => {
    const settings = {
      RUNMETA_TABLE: 'runmeta',
      RUNMETA_ROOT_KEY: ROOT_KEY,
      RUNMETA_SIGNING_KEY: SIGNING_KEY,
      AWS_REGION: 'eu-west-1',
    }
    for (const [setting, good] of Object.entries(settings)) vi.stubEnv(setting, good)
    vi.stubEnv(name, value)
    vi.resetModules()
    await expect(import('@runmeta/functions/lambda')).rejects.toThrow(name)
    vi.unstubAllEnvs()
  })
})
