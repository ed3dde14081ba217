import { RunmetaError, step, uri } from '@runmeta/sdk'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  type Answer,
  bodyOf,
  clientOf,
  errorOf,
  json,
  problemOf,
  receipt,
  receiptOf,
  refusal,
  type Sent,
} from './stub.ts'

interface SentLog {
  readonly run: string
  readonly metadata: Record<string, unknown>
  readonly after?: string
  readonly idempotencyKey?: string
}

const logsOf = (sent: Sent | undefined): SentLog[] => Reflect.get(Object(bodyOf(sent)), 'logs')
/** Accepts all logs, with increasing positions. */
const takesAll = (): Answer => {
  let position = 100
  return (sent) => json({ results: logsOf(sent).map(() => ({ status: 201, ...receiptOf(String(position++)) })) })(sent)
}
const logs = (count: number, metadata: object = { a: 1 }) =>
  Array.from({ length: count }, (_, index) => ({ runIdNameOrPrefix: `run-${index}`, metadata }))

afterEach(() => {
  vi.restoreAllMocks()
})

describe('logMany', () => {
  test('sends logs to any runs in one request, and returns their receipts in order', async () => {
    const { client, sent } = clientOf([takesAll()])
    const results = await client.logMany([
      { runIdNameOrPrefix: 'one', metadata: { dataset: uri('s3://b/k') } },
      { runIdNameOrPrefix: 'two', stepName: 'train', logRelatedEntities: false, metadata: { a: 1 } },
      { runIdNameOrPrefix: 'two', metadata: { a: 2n ** 64n }, idempotencyKey: 'k', createdAt: new Date(0) },
    ])
    expect(results).toEqual([receiptOf('100'), receiptOf('101'), receiptOf('102')])
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ method: 'POST', path: '/v1/metadata' })
    expect(sent[0]?.body).toContain('"a":18446744073709551616')
    const idempotencyKey = expect.stringMatching(/^[\da-f-]{36}$/)
    expect(logsOf(sent[0])).toMatchObject([
      { run: 'one', metadata: { dataset: 's3://b/k' }, types: { '/dataset': 'Uri' }, idempotencyKey },
      { run: 'two', step: 'train', relatedEntities: false, metadata: { a: 1 }, idempotencyKey },
      { run: 'two', idempotencyKey: 'k', createdAt: '1970-01-01T00:00:00.000Z' },
    ])
  })

  test.each([
    [1, [1]],
    [100, [100]],
    [101, [100, 1]],
    [250, [100, 100, 50]],
    [0, []],
  ])('sends %i logs in as few requests as possible', async (count, sizes) => {
    const { client, sent } = clientOf([takesAll()])
    expect(await client.logMany(logs(count))).toHaveLength(count)
    expect(sent.map((one) => logsOf(one).length)).toEqual(sizes)
  })

  test('keeps each request below 4 MiB of UTF-8', async () => {
    const { client, sent } = clientOf([takesAll()])
    await client.logMany(logs(9, { text: 'é'.repeat(500_000) }))
    expect(sent.map((one) => logsOf(one).length)).toEqual([4, 4, 1])
    for (const { body = '' } of sent) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4 * 2 ** 20)
  })

  test('keeps each request below 5.5 MiB as a JSON string', async () => {
    const { client, sent } = clientOf([takesAll()])
    await client.logMany(logs(100, { texts: Array(10_000).fill('v') }))
    expect(sent.map((one) => logsOf(one).length)).toEqual([95, 5])
    for (const { body = '' } of sent) {
      expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(5.5 * 2 ** 20)
    }
  })

  describe('with a log that is too large only together with its run and its key', () => {
    const large = { a: 'a'.repeat(4 * 2 ** 20 - 50) }
    const some = [
      ...logs(1),
      { runIdNameOrPrefix: 'large', exact: true, idempotencyKey: 'k', metadata: large },
      ...logs(1),
    ]

    test('sends it alone, and in order', async () => {
      const { client, sent } = clientOf([takesAll(), receipt('300'), takesAll()])
      expect(await client.logMany(some)).toEqual(['100', '300', '100'].map(receiptOf))
      expect(sent.map(({ path }) => path)).toEqual(['/v1/metadata', '/v1/runs/large/metadata', '/v1/metadata'])
      expect(sent[1]?.url).toMatch(/\?exact=true$/)
      expect(sent[1]?.headers).toMatchObject({ 'idempotency-key': 'k' })
      expect(bodyOf(sent[1])).toEqual({ metadata: large, after: '100' })
      expect(logsOf(sent[2])[0]?.after).toBe('300')
    })

    test('returns its error if it is too large alone, and sends the others', async () => {
      const { client, sent } = clientOf([takesAll(), refusal('payload_too_large'), takesAll()])
      expect(await client.logMany(some)).toMatchObject([{ log: {} }, { name: 'PayloadTooLargeError' }, { log: {} }])
      expect(sent).toHaveLength(3)
    })

    test('throws if no log can be sent', async () => {
      const { client, sent } = clientOf([takesAll(), refusal('unauthorized')])
      expect(await errorOf(client.logMany(some))).toMatchObject({ name: 'UnauthorizedError' })
      expect(sent).toHaveLength(2)
    })
  })

  test('orders its logs after all earlier ones, across requests and calls', async () => {
    const { client, sent } = clientOf([takesAll()])
    await client.logMany(logs(101))
    await client.logMany(logs(1))
    expect(logsOf(sent[0])[0]).not.toHaveProperty('after')
    expect(logsOf(sent[1])[0]?.after).toBe('199')
    expect(logsOf(sent[2])[0]?.after).toBe('200')
  })

  test('returns the error of each log that the API or the SDK refuses', async () => {
    const some = json({
      results: [
        { status: 201, ...receiptOf('1') },
        problemOf('run_not_found'),
        problemOf('ambiguous_run', { candidates: [], more: true }),
      ],
    })
    const { client, sent } = clientOf([some])
    const results = await client.logMany([
      { runIdNameOrPrefix: 'a', metadata: { a: 1 } },
      { runIdNameOrPrefix: 'b', metadata: { a: Number.NaN } },
      { runIdNameOrPrefix: 'c', metadata: { a: 1 } },
      { runIdNameOrPrefix: 'd', metadata: { a: 1 } },
    ])
    expect(logsOf(sent[0]).map(({ run }) => run)).toEqual(['a', 'c', 'd'])
    expect(results[0]).toEqual(receiptOf('1'))
    expect(results.slice(1)).toMatchObject([
      { name: 'InvalidValueError', pointer: '/a', attempts: 0 },
      { name: 'RunNotFoundError', status: 404, attempts: 1 },
      { name: 'AmbiguousRunError', status: 409, more: true },
    ])
    expect(results.filter((result) => result instanceof RunmetaError)).toHaveLength(3)
  })

  test.each(['', '..', '\ud800', 7])('refuses a log to an impossible run: %j', async (reference) => {
    const { client, sent } = clientOf([takesAll()])
    const log = { runIdNameOrPrefix: reference as string, metadata: { a: 1 } }
    const results = await client.logMany([log, ...logs(1)])
    expect(results).toMatchObject([{ name: 'BadRequestError', attempts: 0 }, { log: {} }])
    expect(logsOf(sent[0])).toHaveLength(1)
  })

  test('calls onError for each log that fails', async () => {
    const onError = vi.fn()
    const { client } = clientOf([json({ results: [problemOf('run_not_found')] })], { onError })
    await client.logMany([
      { runIdNameOrPrefix: 'a', metadata: { a: 1 } },
      { runIdNameOrPrefix: 'b', metadata: { a: Number.NaN } },
    ])
    expect(onError.mock.calls.map(([error]) => error.code)).toEqual(['run_not_found', 'invalid_value'])
  })

  test('throws if a request fails, or returns its error for each of its logs', async () => {
    const { client } = clientOf([refusal('forbidden')])
    expect(await errorOf(client.logMany(logs(2)))).toMatchObject({ name: 'ForbiddenError' })
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const lenient = clientOf([refusal('forbidden')], { onError: 'warn' })
    expect(await lenient.client.logMany(logs(2))).toMatchObject(Array(2).fill({ name: 'ForbiddenError' }))
    expect(warn).toHaveBeenCalledTimes(2)
  })

  test('is retried with the same idempotency keys', async () => {
    const { client, sent } = clientOf([
      () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' })),
      takesAll(),
    ])
    await client.logMany(logs(3))
    expect(sent[1]?.body).toBe(sent[0]?.body)
  })

  test('tells in the error of a log how often the request was sent', async () => {
    const { client } = clientOf([
      () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' })),
      json({ results: [problemOf('run_not_found')] }),
    ])
    expect(await client.logMany(logs(1))).toMatchObject([{ name: 'RunNotFoundError', attempts: 2 }])
  })

  test('sends logs again without a position that the server considers to be in the future', async () => {
    const tooFar = { ...problemOf('bad_request'), detail: 'after: is 300 s ahead of the server’s clock' }
    const takes = takesAll()
    const { client, sent } = clientOf([takes, json({ results: [tooFar] }), takes])
    await client.logMany(logs(1))
    expect(await client.logMany(logs(1))).toMatchObject([{ log: {} }])
    expect(sent.map((one) => logsOf(one)[0]?.after)).toEqual([undefined, '100', undefined])
    expect(logsOf(sent[2])[0]?.idempotencyKey).toBe(logsOf(sent[1])[0]?.idempotencyKey)
  })

  test('logs to the step around the call if a log names no run', async () => {
    vi.stubEnv('RUNMETA_RUN_ID', 'environment')
    const { client, sent } = clientOf([takesAll()])
    await step('train', () => client.logMany([{ metadata: { a: 1 } }]))()
    vi.unstubAllEnvs()
    expect(logsOf(sent[0])[0]).toMatchObject({ run: 'environment', step: 'train' })
  })

  test('refuses anything but an array, and a reply of another length', async () => {
    const { client } = clientOf([json({ results: [] })])
    expect(await errorOf(Reflect.apply(client.logMany, client, [{}]))).toMatchObject({ name: 'BadRequestError' })
    expect(await errorOf(client.logMany(logs(1)))).toMatchObject({ name: 'UnexpectedReplyError' })
  })
})
