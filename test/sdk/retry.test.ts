import { RunmetaError } from '@runmeta/sdk'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { bodyOf, clientOf, errorOf, networkError, RUN, receipt, refusal, run, waitsOf } from './stub.ts'

/** The cases that all SDKs share are in test/vectors/retries.json. */

const metadata = { accuracy: 0.97 }
/** Runs a call to its end and skips every wait. */
async function settled<Result>(call: Promise<Result>): Promise<Result | unknown> {
  const outcome = call.catch((error: unknown) => error)
  await vi.runAllTimersAsync()
  return await outcome
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('a call', () => {
  test.each([200, 204, 301, 400, 401, 403, 404, 405, 409, 413, 415, 422, 424, 431])(
    'is not retried after a reply with status %i',
    async (status) => {
      const { client, sent } = clientOf([() => new Response(null, { status }), receipt()])
      const error = await settled(client.run('nightly').logMetadata({ metadata }))
      expect(sent).toHaveLength(1)
      expect(error).toMatchObject({ status, retryable: false, attempts: 1 })
    },
  )

  test.each(['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT'])(
    'is retried after a network error: %s',
    async (code) => {
      const { client, sent } = clientOf([networkError(code), networkError(code), receipt()])
      await expect(settled(client.run('nightly').logMetadata({ metadata }))).resolves.toHaveProperty('log.id')
      expect(waitsOf(sent)).toEqual([125, 250])
    },
  )

  test.each(['createRun', 'updateRun', 'getPipelineRun'] as const)(
    'is retried even if it is not a log: %s',
    async (method) => {
      const { client, sent } = clientOf([refusal('store_unavailable')], { retries: 2 })
      const calls = {
        createRun: () => client.createRun({ name: 'nightly' }),
        updateRun: () => client.updateRun(RUN.id, { status: 'completed' }),
        getPipelineRun: () => client.getPipelineRun('nightly'),
      }
      await expect(settled(calls[method]())).resolves.toMatchObject({ name: 'StoreUnavailableError', attempts: 3 })
      expect(sent).toHaveLength(3)
    },
  )
})

describe('retries', () => {
  test('start immediately if the random wait is 0', async () => {
    vi.mocked(Math.random).mockReturnValue(0)
    const { client, sent } = clientOf([refusal('internal')])
    await settled(client.run('nightly').logMetadata({ metadata }))
    expect(waitsOf(sent)).toEqual([0, 0, 0, 0])
  })

  test('are not made if Retry-After exceeds the time of the call, which fails immediately', async () => {
    const { client, sent } = clientOf([refusal('rate_limited', {}, { 'retry-after': '61' }), receipt()])
    const started = performance.now()
    await expect(errorOf(client.run('nightly').logMetadata({ metadata }))).resolves.toMatchObject({
      name: 'RateLimitedError',
      retryable: true,
      attempts: 1,
    })
    expect(sent).toHaveLength(1)
    expect(performance.now()).toBe(started)
  })
})

describe('a stale connection', () => {
  test.each(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ConnectionClosed'])(
    'gets another attempt immediately, even with retries: 0: %s',
    async (code) => {
      const { client, sent } = clientOf([networkError(code), receipt()], { retries: 0 })
      await expect(client.run('nightly').logMetadata({ metadata })).resolves.toHaveProperty('log.id')
      expect(waitsOf(sent)).toEqual([0])
    },
  )

  test('is recognized if the error itself has the code', async () => {
    const reset = () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
    const { client, sent } = clientOf([reset, receipt()], { retries: 0 })
    await client.run('nightly').logMetadata({ metadata })
    expect(sent).toHaveLength(2)
  })
})

describe('a retry is safe', () => {
  test('because a log is sent unchanged, with the same idempotency key', async () => {
    const { client, sent } = clientOf([refusal('internal'), networkError('ECONNRESET'), receipt()])
    const logged: Record<string, unknown> = { ...metadata }
    const call = client.run('nightly').logMetadata({ metadata: logged })
    logged.accuracy = 'changed after the call'
    await settled(call)
    expect(sent).toHaveLength(3)
    expect(new Set(sent.map(({ body }) => body)).size).toBe(1)
    expect(new Set(sent.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
    expect(bodyOf(sent[2])).toEqual({ metadata })
  })

  test('because another log has another key', async () => {
    const { client, sent } = clientOf([receipt()])
    await client.run('nightly').logMetadata({ metadata })
    await client.run('nightly').logMetadata({ metadata })
    expect(sent[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/)
    expect(sent[1]?.headers['idempotency-key']).not.toBe(sent[0]?.headers['idempotency-key'])
  })

  test('with the key that the caller gives', async () => {
    const { client, sent } = clientOf([refusal('internal'), receipt()])
    await settled(client.run('nightly').logMetadata({ metadata, idempotencyKey: 'epoch 3' }))
    expect(sent.map(({ headers }) => headers['idempotency-key'])).toEqual(['epoch 3', 'epoch 3'])
  })

  test.each(['', 'é', 'a\nb', 'k'.repeat(256)])(
    'and a key that is impossible in a header is refused before it is sent: %j',
    async (key) => {
      const { client, sent } = clientOf([receipt()])
      const error = await errorOf(client.run('nightly').logMetadata({ metadata, idempotencyKey: key }))
      expect(error).toMatchObject({ name: 'BadRequestError', attempts: 0 })
      expect(sent).toHaveLength(0)
    },
  )

  test('because a run without id and name is created with one id by all attempts', async () => {
    const { client, sent } = clientOf([refusal('internal'), run()])
    await settled(client.createRun({ pipeline: 'train' }))
    expect(sent[1]?.body).toBe(sent[0]?.body)
    expect(bodyOf(sent[0])).toEqual({ pipeline: 'train', id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
  })
})

test('every error of the SDK is a RunmetaError', async () => {
  const { client } = clientOf([networkError('ECONNREFUSED')], { retries: 0 })
  expect(await errorOf(client.getPipelineRun('nightly'))).toBeInstanceOf(RunmetaError)
})
