import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ROOT_KEY } from '../support/app.ts'
import { expectDescribed } from '../support/openapi.ts'
import { functionUrlEvent, httpApiEvent } from './events.ts'
import { CONTEXT, type Handler, loadHandler, outputLines } from './handler.ts'

/** Events that a gateway hardly sends; each gets a problem. */

const WHOLE = [httpApiEvent, functionUrlEvent].map((eventOf) =>
  eventOf({
    method: 'POST',
    rawPath: '/v1/runs',
    body: '{}',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ROOT_KEY}` },
  }),
)

type Json = Record<string, unknown>

/** An event with one member, at any depth, replaced or removed. */
const damaged = fc
  .record({
    event: fc.constantFrom(...WHOLE),
    at: fc.nat(),
    value: fc.option(fc.anything({ maxDepth: 2 })),
    isMissing: fc.boolean(),
  })
  .map(({ event, at, value, isMissing }) => {
    const copy: Json = structuredClone(event)
    const places: [Json, string][] = []
    const walk = (node: Json): void => {
      for (const [name, child] of Object.entries(node)) {
        places.push([node, name])
        if (typeof child === 'object' && child !== null && !Array.isArray(child)) walk(child as Json)
      }
    }
    walk(copy)
    const [parent, name] = places[at % places.length] ?? [copy, 'version']
    if (isMissing) delete parent[name]
    else parent[name] = value
    return copy
  })

/** A well-formed event with random texts. */
const texts = fc
  .record({
    eventOf: fc.constantFrom(httpApiEvent, functionUrlEvent),
    method: fc.oneof(fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'TRACE', 'CONNECT', 'get', 'HEAD'), fc.string()),
    rawPath: fc.oneof(
      fc.webPath(),
      fc.string({ unit: 'binary' }),
      fc.string().map((text) => `/v1/runs/${text}`),
    ),
    rawQueryString: fc.oneof(fc.webQueryParameters(), fc.string({ unit: 'binary' })),
    headers: fc.dictionary(
      fc.oneof(
        fc.constantFrom(
          'authorization',
          'content-type',
          'content-length',
          'x-request-id',
          'if-none-match',
          'idempotency-key',
          'cookie',
        ),
        fc.string(),
      ),
      fc.string({ unit: 'binary' }),
    ),
    body: fc.string({ unit: 'binary' }),
    isBase64Encoded: fc.boolean(),
    cookies: fc.array(fc.string({ unit: 'binary' })),
  })
  .map(({ eventOf, ...input }) => eventOf(input))

describe('the Lambda handler', () => {
  let handler: Handler
  const errors: unknown[] = []
  beforeAll(async () => {
    handler = await loadHandler({ RUNMETA_RATE_LIMIT: '0' })
    outputLines()
    vi.spyOn(console, 'error').mockImplementation((...said) => void errors.push(said))
    vi.spyOn(process.stderr, 'write').mockImplementation((said) => errors.push(said) > 0)
  })
  afterAll(() => {
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
    expect(errors, 'what was written to the standard error').toEqual([])
  })

  async function expectAnswered(event: unknown): Promise<void> {
    const { statusCode, headers, body } = await handler(event, CONTEXT)
    expect(statusCode).toBeLessThan(500)
    const given = new Headers(
      Object.entries(headers ?? {}).map(([name, value]): [string, string] => [name, `${value}`]),
    )
    const reply = new Response([204, 304].includes(statusCode) ? null : body, { status: statusCode, headers: given })
    const method = /"method":"head"/i.test(JSON.stringify(event) ?? '') ? 'HEAD' : 'POST'
    if (statusCode >= 400) await expectDescribed(method, '/', reply)
  }

  it.each([
    undefined,
    null,
    0,
    '',
    [],
    {},
    { version: '1.0' },
    { version: '2.0' },
    { version: '2.0', requestContext: {} },
    { Records: [] },
    { requestContext: { elb: {} } },
  ])('replies to the event %j with a problem', async (event) => {
    expect((await handler(event, CONTEXT)).statusCode).toBe(400)
    await expectAnswered(event)
  })

  it('replies to events with any value in any place', async () => {
    await fc.assert(fc.asyncProperty(damaged, expectAnswered), { numRuns: 1000 })
  })

  it('replies to events with any texts', async () => {
    await fc.assert(fc.asyncProperty(texts, expectAnswered), { numRuns: 1000 })
  })
})
