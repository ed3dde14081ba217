import { PROBLEMS, type ProblemCode } from '@runmeta/schema/problem'
import * as sdk from '@runmeta/sdk'
import { describe, expect, test } from 'vitest'
import { type Answer, API_KEY, clientOf, errorOf, json, networkError, page, problemOf, RUN, refusal } from './stub.ts'

const CLASSES = {
  bad_request: sdk.BadRequestError,
  unauthorized: sdk.UnauthorizedError,
  forbidden: sdk.ForbiddenError,
  not_found: sdk.NotFoundError,
  run_not_found: sdk.RunNotFoundError,
  key_not_found: sdk.KeyNotFoundError,
  method_not_allowed: sdk.MethodNotAllowedError,
  ambiguous_run: sdk.AmbiguousRunError,
  name_taken: sdk.NameTakenError,
  id_taken: sdk.IdTakenError,
  payload_too_large: sdk.PayloadTooLargeError,
  unsupported_media_type: sdk.UnsupportedMediaTypeError,
  invalid_value: sdk.InvalidValueError,
  idempotency_key_reused: sdk.IdempotencyKeyReusedError,
  rate_limited: sdk.RateLimitedError,
  internal: sdk.InternalError,
  store_unavailable: sdk.StoreUnavailableError,
} satisfies Record<ProblemCode, unknown>

const failureOf = (answer: Answer) =>
  errorOf(
    clientOf([answer], { retries: 0 })
      .client.run('a b')
      .logMetadata({ metadata: { password: 'hunter2' } }),
  )

describe('a refusal of the API', () => {
  test.each(Object.entries(CLASSES))('with the code %s has its own class', async (code, Class) => {
    const [known = 'internal'] = Object.keys(PROBLEMS).filter((name): name is ProblemCode => name === code)
    const { status } = PROBLEMS[known]
    const error = await failureOf(refusal(known))
    expect(error).toBeInstanceOf(Class)
    expect(error).toBeInstanceOf(sdk.ApiError)
    expect(error).toMatchObject({
      name: Class.name,
      message: 'field: is not so (POST /v1/runs/a%20b/metadata)',
      status,
      code,
      requestId: 'request-1',
      retryable: status === 429 || status >= 500,
      attempts: 1,
    })
  })

  test('of an ambiguous reference has the candidates', async () => {
    const candidates = [{ id: RUN.id, name: 'nightly-1', createdAt: RUN.createdAt }]
    expect(await failureOf(refusal('ambiguous_run', { candidates, more: true }))).toMatchObject({
      candidates,
      more: true,
    })
    expect(await failureOf(refusal('ambiguous_run'))).toMatchObject({ candidates: [], more: false })
  })

  test('of an invalid value has its place and the reason', async () => {
    const place = { pointer: '/a~1b/0', reason: 'has a lone surrogate' }
    expect(await failureOf(refusal('invalid_value', place))).toMatchObject(place)
  })

  test('with a code of a newer server is an ApiError', async () => {
    const body = { ...problemOf('forbidden'), code: 'quota_exceeded' }
    const error = await failureOf(json(body, 402, { 'content-type': 'application/problem+json; charset=utf-8' }))
    expect(error).toBeInstanceOf(sdk.ApiError)
    expect(error).toMatchObject({ name: 'ApiError', code: 'quota_exceeded', status: 402, retryable: false })
  })

  test.each(['__proto__', 'constructor', 'toString'])('with the code %s is a plain ApiError', async (code) => {
    const body = { ...problemOf('forbidden'), code }
    const error = await failureOf(json(body, 403, { 'content-type': 'application/problem+json' }))
    expect(error).toMatchObject({ name: 'ApiError', code })
  })
})

describe('a reply that is not the API’s', () => {
  test.each<[string, Answer, number, boolean]>([
    ['a proxy that has no server', page(502), 502, true],
    ['a proxy that limits rates', page(429), 429, true],
    ['a gateway that refuses', json({ message: 'Forbidden' }, 403), 403, false],
    [
      "another API's problem",
      json({ type: 'about:blank' }, 404, { 'content-type': 'application/problem+json' }),
      404,
      false,
    ],
    ['a problem in another media type', json(problemOf('forbidden'), 403), 403, false],
    ['a problem that breaks off', json('{"code":', 500, { 'content-type': 'application/problem+json' }), 500, true],
    ['a login page', page(200), 200, false],
    ['another API', json({ ok: true }), 200, false],
    ['JSON that is no object', json('[]'), 200, false],
    ['JSON with something after it', json('{} {}'), 200, false],
    ['nothing', () => new Response(null, { status: 204 }), 204, false],
    ['a redirect', () => new Response(null, { status: 301, headers: { location: '/elsewhere' } }), 301, false],
    ['a redirect as a browser shows it', () => Response.error(), 0, false],
  ])('is an UnexpectedReplyError: %s', async (_, answer, status, retryable) => {
    const error = await failureOf(answer)
    expect(error).toBeInstanceOf(sdk.UnexpectedReplyError)
    expect(error).not.toBeInstanceOf(sdk.ApiError)
    expect(error).toMatchObject({
      name: 'UnexpectedReplyError',
      code: 'unexpected_reply',
      status,
      retryable,
      attempts: 1,
    })
  })

  test.each<[string, Answer, RegExp]>([
    ['a proxy', page(503), /proxy or gateway/],
    ['a redirect', () => new Response(null, { status: 307 }), /redirect.*scheme and the host/],
    ['a wrong URL', page(404), /RUNMETA_URL/],
  ])('has the likely culprit in its message: %s', async (_, answer, culprit) => {
    expect(await failureOf(answer)).toHaveProperty('message', expect.stringMatching(culprit))
  })

  test('keeps the first 4 KB of its body', async () => {
    const error = await failureOf(json('x'.repeat(5000), 502))
    expect(error).toHaveProperty('body', 'x'.repeat(4096))
    expect(await failureOf(page(502))).toHaveProperty('body', '<html>a page</html>')
  })

  test('is not followed if it is a redirect, so that the key goes nowhere else', async () => {
    const { client, sent } = clientOf([() => new Response(null, { status: 302 })])
    await errorOf(client.getPipelineRun('nightly'))
    expect(sent.map(({ redirect }) => redirect)).toEqual(['manual'])
  })
})

test('a connection that fails is an error with its cause', async () => {
  const error = await failureOf(networkError('ECONNREFUSED'))
  expect(error).toBeInstanceOf(sdk.ConnectionError)
  expect(error).toMatchObject({
    message:
      'no reply from http://runmeta.test: fetch failed: the socket failed (ECONNREFUSED) (POST /v1/runs/a%20b/metadata)',
    cause: { message: 'fetch failed' },
    retryable: true,
  })
})

test.each<[string, Answer]>([
  ['a refusal', refusal('forbidden')],
  ['an unexpected reply', page(502)],
  ['a failed connection', networkError('ECONNREFUSED')],
])('no error reveals a value or the key: %s', async (_, answer) => {
  const error = await failureOf(answer)
  const { inspect } = await import('node:util')
  const shown = inspect(error, { depth: 10, showHidden: true })
  expect(shown).toContain('POST /v1/runs/a%20b/metadata')
  expect(shown).not.toContain('hunter2')
  expect(shown).not.toContain(API_KEY)
})
