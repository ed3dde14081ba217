import { Client, type ClientOptions, logMetadata, withRun } from '@runmeta/sdk'
import { describe, expect, test, vi } from 'vitest'
import { clientOf, errorOf, receipt, run, untyped } from './stub.ts'

describe('a call with an unknown field is refused before it is sent', () => {
  const { client, sent } = clientOf([receipt()])
  test.each([
    ['step', () => client.logMetadata(untyped({ metadata: { a: 1 }, runIdNameOrPrefix: 'r', step: 's' })), /stepName/],
    [
      'relatedEntities',
      () => client.run('r').logMetadata(untyped({ metadata: { a: 1 }, relatedEntities: false })),
      /logRelatedEntities/,
    ],
    ['accuracy', () => client.run('r').logMetadata(untyped({ accuracy: 0.9 })), /metadata/],
    ['logMetadata', () => client.logMetadata(untyped(undefined)), /object of metadata/],
    ['nmae', () => client.createRun(untyped({ nmae: 'x' })), /did you mean name\?/],
    ['createRun', () => client.createRun(untyped('my-run')), /object of id, name/],
    ['startedAt', () => client.updateRun('r', untyped({ startedAt: 'x' })), /status, endedAt, pipeline/],
    ['startedAt', () => client.createRun({ startedAt: new Date(Number.NaN) }), /valid time/],
    ['stepName', () => client.run('r').unset('k', untyped({ stepName: 's' })), /did you mean step\?/],
    [
      'limit',
      () =>
        client
          .run('r')
          .history('k', untyped({ limit: 1 }))
          .next(),
      /did you mean pageSize\?/,
    ],
    ['endedAt', () => client.updateRun('r', { endedAt: new Date(Number.NaN) }), /valid time/],
  ])('%s', async (field, call, advice) => {
    const error = await errorOf(Promise.resolve().then<unknown>(call))
    expect(error).toMatchObject({ name: 'BadRequestError', code: 'bad_request', attempts: 0 })
    expect(error).toHaveProperty('message', expect.stringContaining(field))
    expect(error).toHaveProperty('message', expect.stringMatching(advice))
    expect(sent).toHaveLength(0)
  })
})

test('bytes are refused, even if they have a toJSON()', async () => {
  const { client, sent } = clientOf([receipt()])
  const error = await errorOf(client.run('r').logMetadata({ metadata: { a: Buffer.from('x') } }))
  expect(error).toMatchObject({ name: 'InvalidValueError', pointer: '/a' })
  expect(sent).toHaveLength(0)
})

test('withRun refuses a run that was not awaited, and nothing is logged', async () => {
  const { client, sent } = clientOf([run()])
  const created = client.createRun()
  for (const given of [created, undefined]) {
    expect(() => withRun(untyped(given), () => logMetadata({ metadata: { a: 1 } }))).toThrow(/await what createRun/)
  }
  await created
  expect(sent).toHaveLength(1)
})

test('the client refuses an invalid onError', () => {
  expect(() => new Client(untyped({ onError: 'warning' }) as ClientOptions)).toThrow(/'throw' or 'warn' or a function/)
})

test('an error message names the requested path, including the path of the URL', async () => {
  const { client } = clientOf([() => new Response('no', { status: 404 })], { url: 'http://runmeta.test/base/' })
  expect(await errorOf(client.getPipelineRun('x'))).toHaveProperty(
    'message',
    expect.stringContaining('GET /base/v1/runs/x'),
  )
})

test('an environment that cannot be read counts as not set', async () => {
  const { client, sent } = clientOf([receipt()])
  const env = {
    get: () => {
      throw new Error('env access is not allowed')
    },
  }
  vi.stubGlobal('process', Object.create(process, { env }))
  try {
    await withRun('r', () => client.logMetadata({ metadata: { a: 1 } }))
    expect(sent[0]?.path).toBe('/v1/runs/r/metadata')
  } finally {
    vi.unstubAllGlobals()
  }
})
