import { afterEach, describe, expect, it, vi } from 'vitest'
import { ROOT_KEY } from '../support/app.ts'
import { type EventInput, httpApiEvent } from './events.ts'
import { CONTEXT, loadHandler, outputLines } from './handler.ts'

const SECRET = 'hunter2-hunter2'
const AUTHORIZATION = { authorization: `Bearer ${ROOT_KEY}` }

interface Line {
  readonly _aws: { readonly Timestamp: number; readonly CloudWatchMetrics: readonly Directive[] }
  readonly [member: string]: unknown
}

interface Directive {
  readonly Namespace: string
  readonly Dimensions: readonly (readonly string[])[]
  readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[]
}

describe('the log of the function', () => {
  afterEach(() => {
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
  })

  async function linesOf(...inputs: EventInput[]): Promise<Line[]> {
    const handler = await loadHandler({ AWS_LAMBDA_FUNCTION_NAME: 'runmeta-production' })
    const lines = outputLines()
    for (const input of inputs)
      await handler(httpApiEvent({ ...input, headers: { ...AUTHORIZATION, ...input.headers } }), CONTEXT)
    return lines().map((line) => JSON.parse(line))
  }

  it('has a line for each request in the embedded metric format, without anything from the caller', async () => {
    const type = { 'content-type': 'application/json' }
    const lines = await linesOf(
      { method: 'POST', rawPath: '/v1/runs', body: `{"name":"${SECRET}"}`, headers: type },
      { method: 'GET', rawPath: `/v1/runs/${SECRET}`, rawQueryString: `${SECRET}=1` },
      { method: 'GET', rawPath: `/v1/runs/${SECRET}`, headers: { authorization: `Bearer ${SECRET}` } },
      { method: 'G T', rawPath: `/${SECRET}` },
    )
    expect(
      lines.map(({ status, code, route, Faults, Refusals }) => ({ status, code, route, Faults, Refusals })),
    ).toEqual([
      { status: 201, route: '/v1/runs', Faults: 0, Refusals: 0 },
      { status: 400, code: 'bad_request', route: '/v1/runs/:run', Faults: 0, Refusals: 1 },
      { status: 401, code: 'unauthorized', route: '/v1/runs/:run', Faults: 0, Refusals: 1 },
      { status: 400, code: 'bad_request', route: '*', Faults: 0, Refusals: 1 },
    ])
    for (const text of [SECRET, ROOT_KEY]) expect(JSON.stringify(lines)).not.toContain(text)
    for (const { _aws, ...members } of lines) {
      const [{ Namespace, Dimensions, Metrics } = { Namespace: '', Dimensions: [], Metrics: [] }] =
        _aws.CloudWatchMetrics
      expect(Namespace).toBe('runmeta')
      expect(Math.abs(Date.now() - _aws.Timestamp)).toBeLessThan(60_000)
      // CloudWatch silently ignores a metric or dimension that is missing in the line.
      for (const { Name } of Metrics) expect(members[Name]).toEqual(expect.any(Number))
      expect(Dimensions).toEqual([['FunctionName']])
      expect(members.FunctionName).toBe('runmeta-production')
    }
  })

  it('counts a request without a reply from the store as a fault', async () => {
    const handler = await loadHandler({ AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' })
    vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
    const lines = outputLines()
    await handler(httpApiEvent({ method: 'GET', rawPath: '/v1/health' }), CONTEXT)
    expect(JSON.parse(lines()[0] ?? '')).toMatchObject({ status: 503, Faults: 1, Refusals: 0 })
  })

  it('has the stack of an internal error, with the request id that the caller got', async () => {
    const handler = await loadHandler()
    const written = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
    outputLines()
    // The OpenAPI document is beside the bundle, not beside the source.
    const { statusCode, headers } = await handler(httpApiEvent({ method: 'GET', rawPath: '/openapi.json' }), CONTEXT)
    expect(statusCode).toBe(500)
    expect(JSON.parse(String(written.mock.calls[0]?.[0]))).toEqual({
      level: 'error',
      requestId: headers?.['x-request-id'],
      error: expect.stringContaining('ENOENT'),
      stack: expect.stringMatching(/\n +at /),
    })
  })

  it('limits the rate of a key by default, and by its setting', async () => {
    const handler = await loadHandler({ RUNMETA_RATE_LIMIT: '1' })
    // Nothing is refilled between the calls.
    vi.useFakeTimers({ toFake: ['Date', 'performance'] })
    const lines = outputLines()
    const get = async () =>
      await handler(httpApiEvent({ method: 'GET', rawPath: '/v1/runs/x', headers: AUTHORIZATION }), CONTEXT)
    for (let n = 0; n < 5; n++) expect((await get()).statusCode).toBe(404)
    expect(await get()).toMatchObject({ statusCode: 429, headers: { 'retry-after': expect.stringMatching(/^[12]$/) } })
    expect(JSON.parse(lines().at(-1) ?? '')).toMatchObject({ status: 429, RateLimited: 1, Refusals: 1, key: 'root' })
  })
})
