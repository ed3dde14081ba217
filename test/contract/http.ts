import { CALLS } from '@runmeta/api/openapi/calls'
import { describe, expect, it } from 'vitest'
import { jsonOf, type RunBody, refusalOf } from '../support/app.ts'
import { initOf, requestOf, withParameter } from '../support/calls.ts'
import type { Subject } from './suite.ts'

const LIMITS = {
  keyBytes: 512,
  nameCharacters: 255,
  valueBytes: 1_048_576,
  logBytes: 4_194_304,
  logBytesAsString: 5_767_168,
  keysPerLog: 10_000,
  keysPerRun: 100_000,
  runBytes: 33_554_432,
  nesting: 64,
}

const REQUESTS = CALLS.map((call) => ({ call, ...requestOf(call, 'x') }))
const NEED_A_KEY = REQUESTS.filter(({ call }) => !call.isOpen)
const TAKE_A_BODY = REQUESTS.flatMap(({ body, ...request }) => (body === undefined ? [] : [{ ...request, body }]))
/** A body with one more field. */
const withField = (body: string, field: string): string => body.replace('{', `{${field},`)

/** Existing paths with a method that they do not accept. */
const WRONG_METHODS: readonly (readonly [method: string, path: string, allow: string])[] = [
  ['PUT', '/v1/runs', 'POST, GET, HEAD'],
  ['DELETE', '/v1/limits', 'GET, HEAD'],
  ['POST', '/v1/health', 'GET, HEAD'],
  ['PATCH', '/openapi.json', 'GET, HEAD'],
  ['POST', '/v1/runs/x', 'GET, HEAD, PATCH, DELETE'],
  ['PUT', '/v1/runs/search', 'GET, HEAD, PATCH, DELETE, POST'],
  ['GET', '/v1/runs/x/metadata', 'POST, DELETE'],
  ['OPTIONS', '/v1/runs/x', 'GET, HEAD, PATCH, DELETE'],
]

const NOT_JSON: readonly string[] = [
  '',
  ' ',
  '{',
  '{"name":"a"',
  "{'name':'a'}",
  '{"name":"a",}',
  '{"name":01}',
  '{"name":+1}',
  '{"name":1.}',
  '{"name":.5}',
  '{"name":1e}',
  '{"name":NaN}',
  '{"name":"a\nb"}',
  '{"name":"\\x41"}',
  '{"name":"\\u12g4"}',
  '{"name":"a"} {}',
  '{"name" "a"}',
  '{name:"a"}',
  '{"a":[1 2]}',
  '{"a":[1,]}',
  '{"a":tru}',
  '[]',
  '"text"',
  'null',
  '{"name":"a","name":"b"}',
  '\u{feff}{\u{feff}}',
  '['.repeat(100_000),
  `{"a":${'{"a":'.repeat(100_000)}`,
]

export function http(app: Subject): void {
  it('serves the limits in force', async () => {
    expect(await jsonOf(app().request('/v1/limits'))).toEqual(LIMITS)
  })

  it('reports whether the store responds, and the promises of the engine', async () => {
    const health = await jsonOf(app().request('/v1/health'))
    expect(health).toEqual({ status: 'ok', engine: { name: expect.any(String), promises: expect.any(Array) } })
  })

  it('answers HEAD like GET, without a body', async () => {
    const reply = await app().request('/v1/limits', { method: 'HEAD' })
    expect(reply.status).toBe(200)
    expect(await reply.text()).toBe('')
  })

  describe('a reply of JSON ends with a newline', () => {
    const endsItsLine = async (reply: Response): Promise<void> => {
      expect(reply.headers.get('content-type')).toMatch(/^application\/(problem\+)?json$/)
      expect(await reply.text()).toMatch(/[^\n]\n$/)
    }

    it.each(CALLS.filter(({ method, path }) => method !== 'delete' && path !== '/docs'))(
      'if $id succeeds',
      async (call) => {
        const { id } = await jsonOf<RunBody>(app().send('POST', '/v1/runs', '{}'), 201)
        await jsonOf(app().send('POST', `/v1/runs/${id}/metadata`, '{"metadata":{"dataset":1}}'), 201)
        const request = requestOf(call, id)
        const reply = await app().request(request.path, initOf(request))
        expect(reply.ok).toBe(true)
        await endsItsLine(reply)
      },
    )

    it('if it lists the logs of a run, or the results of many logs', async () => {
      const { id } = await jsonOf<RunBody>(app().send('POST', '/v1/runs', '{}'), 201)
      await endsItsLine(await app().request(`/v1/runs/${id}/logs`))
      const logs = JSON.stringify({ logs: [{ run: id, metadata: { a: 1 } }] })
      await endsItsLine(await app().send('POST', '/v1/metadata', logs))
    })

    it('if the request is refused', async () => {
      await endsItsLine(await app().request('/v1/runs/x', { headers: { authorization: '' } }))
      await endsItsLine(await app().request('/v1/runs/no-such-run'))
      await endsItsLine(await app().request('/nowhere'))
      await endsItsLine(await app().request('/v1/limits', { method: 'DELETE' }))
      await endsItsLine(await app().send('POST', '/v1/runs', '{'))
    })
  })

  describe('request ids', () => {
    it('are the caller’s if valid', async () => {
      const headers = { 'x-request-id': 'deploy-42_a=b' }
      const reply = await app().request('/v1/limits', { headers })
      expect(reply.headers.get('x-request-id')).toBe('deploy-42_a=b')
    })

    it.each(['with space', 'x'.repeat(256), 'a"b', '<script>'])('are replaced if they are invalid: %j', async (id) => {
      const reply = await app().request('/nowhere', { headers: { 'x-request-id': id } })
      expect(reply.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    })
  })

  describe('keys', () => {
    it.each(NEED_A_KEY)('are required for $method $path', async (request) => {
      for (const authorization of [
        '',
        'Bearer',
        'Bearer wrong',
        'Basic cm9vdDpyb290',
        `Bearer rmk_test_${'0'.repeat(32)}`,
      ]) {
        const reply = await app().request(request.path, initOf(request, { authorization }))
        expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/)
        await refusalOf(reply, 401, 'unauthorized')
      }
    })

    it.each(['/v1/limits', '/v1/health', '/openapi.json', '/docs'])('are not required for %s', async (path) => {
      expect((await app().request(path, { headers: { authorization: 'Bearer wrong' } })).status).toBe(200)
    })
  })

  it.each(REQUESTS)('names an unknown query parameter of $method $path', async (request) => {
    const ask = (parameter: string) => app().request(withParameter(request.path, parameter), initOf(request))
    const problem = await refusalOf(ask('limt=5'), 400, 'bad_request')
    expect(problem.detail).toMatch(/^limt: /)
    await refusalOf(ask('=5'), 400, 'bad_request')
  })

  it.each(TAKE_A_BODY)('names an unknown field of $method $path', async ({ method, path, body }) => {
    const problem = await refusalOf(app().send(method, path, withField(body, '"nmae":1')), 400, 'bad_request')
    expect(problem.detail).toMatch(/^nmae: /)
  })

  it.each([
    ['/v1/runs', '{"nmae":"a"}', 'nmae: unknown field; did you mean name?'],
    ['/v1/runs', '{"started_at":"a"}', 'started_at: unknown field; did you mean startedAt?'],
    ['/v1/runs', '{"colour":"a"}', /^colour: unknown field; this call takes id, name, pipeline, /],
    ['/v1/runs?limt=5', '{}', /^limt: unknown query parameter; this call takes none$/],
    ['/v1/runs/x/metadata', '{"metdata":{"a":1}}', 'metdata: unknown field; did you mean metadata?'],
    ['/v1/runs/x/metadata?exat=true', '{}', 'exat: unknown query parameter; did you mean exact?'],
    ['/v1/runs/search', '{"wehre":[]}', 'wehre: unknown field; did you mean where?'],
    ['/v1/metadata', '{"log":[]}', 'log: unknown field; did you mean logs?'],
  ])('suggests a name for an unknown one: %s %s', async (path, body, detail) => {
    const problem = await refusalOf(app().send('POST', path, body), 400, 'bad_request')
    if (typeof detail === 'string') expect(problem.detail).toBe(detail)
    else expect(problem.detail).toMatch(detail)
  })

  it.each(TAKE_A_BODY.filter(({ body }) => !body.includes('metadata')))(
    'treats `metadata` and `types` as unknown fields of $method $path',
    async ({ method, path, body }) => {
      for (const field of ['"metadata":{"a":{"":[1e400]}}', '"metadata":{"":1}', '"types":{"/a":"Nothing"}']) {
        const problem = await refusalOf(app().send(method, path, withField(body, field)), 400, 'bad_request')
        expect(problem.detail).toMatch(/^(metadata|types): /)
      }
    },
  )

  it('suggests metadata for a misspelt field', async () => {
    const problem = await refusalOf(
      app().send('POST', '/v1/runs/x/metadata', '{"metdata":{"a":1}}'),
      400,
      'bad_request',
    )
    expect(problem.detail).toMatch(/^metdata: /)
  })

  it.each(TAKE_A_BODY)('requires JSON in UTF-8 for $method $path', async ({ method, path, body }) => {
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json; charset=latin1',
      'application/jsonp',
    ]
    for (const type of types) {
      await refusalOf(
        app().request(path, { method, body, headers: { 'content-type': type } }),
        415,
        'unsupported_media_type',
      )
    }
    const bytes = new TextEncoder().encode(body)
    await refusalOf(app().request(path, { method, body: bytes }), 415, 'unsupported_media_type')
    const packed = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    await refusalOf(app().request(path, { method, body, headers: packed }), 415, 'unsupported_media_type')
  })

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
    'accepts %s',
    async (type) => {
      const reply = await app().request('/v1/runs', { method: 'POST', body: '{}', headers: { 'content-type': type } })
      expect(reply.status).toBe(201)
    },
  )

  it.each(NOT_JSON.map((body) => [body.slice(0, 40), body]))('refuses the body %j', async (_, body) => {
    for (const path of ['/v1/runs', '/v1/runs/x/metadata']) {
      await refusalOf(app().send('POST', path, body), 400, 'bad_request')
    }
    await refusalOf(app().send('PATCH', '/v1/runs/x', body), 400, 'bad_request')
  })

  it('refuses a body that is not UTF-8', async () => {
    const bytes = new Uint8Array([
      ...new TextEncoder().encode('{"name":"'),
      0xc3,
      0x28,
      ...new TextEncoder().encode('"}'),
    ])
    const headers = { 'content-type': 'application/json' }
    const problem = await refusalOf(
      app().request('/v1/runs', { method: 'POST', body: bytes, headers }),
      400,
      'bad_request',
    )
    expect(problem.detail).toContain('UTF-8')
  })

  it('names the position at which a body is not JSON', async () => {
    const problem = await refusalOf(app().send('POST', '/v1/runs', '{\n  "name": oops\n}'), 400, 'bad_request')
    expect(problem.detail).toContain('line 2, column 11')
  })

  it.each(WRONG_METHODS)('refuses %s %s and names the accepted methods', async (method, path, allow) => {
    const reply = await app().request(path, { method })
    expect(reply.headers.get('allow')).toBe(allow)
    await refusalOf(reply, 405, 'method_not_allowed')
  })

  it.each([
    '/',
    '/v1',
    '/v1/',
    '/v1/run',
    '/v1/limits/',
    '/v1/runs/a/b',
    '/v1/runs/a/metadata/b',
    '/v2/runs',
    '//v1/limits',
  ])('replies 404 at %s', async (path) => {
    await refusalOf(app().request(`http://localhost${path}`), 404, 'not_found')
  })

  it.each(['/v1/runs/%zz', '/v1/runs/%', '/v1/runs/%ff', '/v1/runs/%c3%28'])(
    'refuses the broken encoding of %s',
    async (path) => {
      await refusalOf(app().request(path), 400, 'bad_request')
    },
  )

  it.each(['/v1/runs/x#y', '/v1/health#y', '/v1/limits?#'])('refuses the fragment of %s', async (path) => {
    await refusalOf(app().request(`http://localhost${path}`), 400, 'bad_request')
  })

  it.each([
    ['a reference', `/v1/runs/${'a'.repeat(15_000)}z`, {}],
    ['a media type', '/v1/runs/x', { 'content-type': `application/json${' '.repeat(100_000)}x` }],
    ['a key', '/v1/runs/x', { authorization: `Bearer ${'a'.repeat(100_000)} b` }],
  ])('reads %s of any length in linear time', async (_, path, headers) => {
    for (let n = 0; n < 200; n++) {
      const reply = await app().request(path, { method: 'PATCH', body: '{}', headers })
      expect(reply.status).toBeGreaterThanOrEqual(400)
    }
  })

  it('shows no value in a refusal', async () => {
    const secret = 'hunter2-hunter2'
    const bodies = [
      `{"metadata":{"a":{"password":"${secret}\\ud800"}}}`,
      `{"metadata":{"a":"${secret}"},"types":{"/a":"StorageSize"}}`,
      `{"metadata":{"a":"${secret}"}} ${secret}`,
      `{"metadata":{"a":1},"step":"${secret}\\u0000"}`,
      `{"metadata":{"a":1},"after":"${secret}"}`,
    ]
    for (const body of bodies) {
      const reply = await app().send('POST', '/v1/runs/x/metadata', body)
      expect(reply.status).toBeGreaterThanOrEqual(400)
      expect(await reply.text()).not.toContain(secret)
    }
  })
}
