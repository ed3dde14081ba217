import { readFile } from 'node:fs/promises'
import { CALLS, codesOf } from '@runmeta/api/openapi/calls'
import { openapiDocument } from '@runmeta/api/openapi/document'
import { EXAMPLES } from '@runmeta/api/openapi/examples'
import document from '@runmeta/api/openapi.json' with { type: 'json' }
import { Failure } from '@runmeta/core/failure'
import type { Table } from '@runmeta/core/table/port'
import type { ProblemCode } from '@runmeta/schema/problem'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { beforeAll, describe, expect, it } from 'vitest'
import { jsonOf, refusalOf, type TestApp, testApp } from '../support/app.ts'
import { type CallRequest, initOf, requestOf, withParameter } from '../support/calls.ts'
import { by, newKey } from '../support/keys.ts'

it('the OpenAPI document matches the schemas (npm run openapi)', async () => {
  const file = await readFile(new URL('../../packages/api/openapi.json', import.meta.url), 'utf8')
  expect(file).toBe(`${JSON.stringify(openapiDocument('1'), null, 2)}\n`)
})

it('each call has a unique id, and an example', () => {
  expect(new Set(CALLS.map(({ id }) => id)).size).toBe(CALLS.length)
  const unshown = CALLS.map(({ id }) => id).filter((id) => EXAMPLES[id] === undefined)
  expect(unshown).toEqual(['getOpenapi', 'getDocs'])
})

it('describes each time of a body by itself', () => {
  const { CreateRun, CreateKey, Search } = document.components.schemas
  expect(CreateRun.properties.startedAt.description).toMatch(/^RFC 3339/)
  expect(CreateKey.properties.expiresAt.description).toMatch(/^RFC 3339/)
  expect(Search.properties.createdAfter.description).toMatch(/^Excludes/)
})

/** The shape of a value: its names and kinds, and whether a text is a time. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]))
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? 'time' : typeof value
}

describe('the examples of the OpenAPI document', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema(document, 'openapi')
  const check = (schema: string, value: unknown) => {
    const validate = ajv.getSchema(`openapi#/components/schemas/${schema}`)
    expect(validate?.(value), ajv.errorsText(validate?.errors)).toBe(true)
  }

  it.each(CALLS.filter(({ id }) => EXAMPLES[id] !== undefined))('of $id match its schemas', (call) => {
    const { body, status, reply } = EXAMPLES[call.id] ?? { status: 0 }
    if (call.input !== undefined) check(call.input, body)
    const [, schema] = call.replies[status] ?? []
    expect(reply === undefined).toBe(schema === undefined)
    if (schema !== undefined) check(schema, reply)
  })

  it.each([
    { pipeline: 'iris', status: 'running' },
    { pipeline: ['iris'], status: ['running', 'failed'] },
  ])('allow one search value or several: %j', async (body) => {
    check('Search', body)
    await jsonOf((await testApp()).send('POST', '/v1/runs/search', JSON.stringify(body)), 200)
  })

  it('work in order, and get the documented replies', async () => {
    const app = await testApp()
    /** The ids of the replies, by those of the examples. */
    const ids = new Map<string, string>()
    for (const [id, { path, headers = {}, body, status, reply }] of Object.entries(EXAMPLES)) {
      const method = CALLS.find((call) => call.id === id)?.method.toUpperCase() ?? ''
      const place = path.replace(/[^/?]+/g, (part) => ids.get(part) ?? part)
      const made = await (body === undefined
        ? app.request(place, { method, headers })
        : app.send(method, place, JSON.stringify(body), { ...headers }))
      expect(made.status, id).toBe(status)
      if (reply === undefined) continue
      const got = await jsonOf<{ id?: string; status?: string; order?: string }>(made, status)
      if (got.id !== undefined) ids.set(Object(reply).id, got.id)
      expect(shapeOf(got), id).toEqual(shapeOf(reply))
      for (const name of ['status', 'order', 'metadata', 'types', 'steps'] as const)
        expect(Object(got)[name], `${id}: ${name}`).toEqual(Object(reply)[name])
    }
  })
})

describe('the codes of the OpenAPI document', () => {
  let app: TestApp
  /** A key whose role is too low for any change, and a key above its rate. */
  let low: Record<string, string>
  let busy: TestApp
  const failing = (error: () => Error) => {
    const over = (table: Table): Table => ({
      ...table,
      get: () => Promise.reject(error()),
      getMany: () => Promise.reject(error()),
      put: () => Promise.reject(error()),
      update: () => Promise.reject(error()),
      remove: () => Promise.reject(error()),
      entries: () => Promise.reject(error()),
      pages: () => {
        throw error()
      },
      withSignal: () => over(table),
    })
    return testApp({ over })
  }
  let away: TestApp
  let broken: TestApp

  const NAMES = ['code-1', 'code-10', 'code-2'] as const
  beforeAll(async () => {
    app = await testApp()
    for (const name of NAMES) await jsonOf(app.send('POST', '/v1/runs', JSON.stringify({ name })), 201)
    await jsonOf(
      app.send('POST', `/v1/runs/${NAMES[0]}/metadata`, '{"metadata":{"a":1}}', { 'idempotency-key': 'k' }),
      201,
    )
    low = by((await newKey(app, { role: 'read', project: 'default' })).key)
    busy = await testApp({ rate: { perSecond: 0.001, burst: 1 } })
    await jsonOf(busy.send('POST', '/v1/runs', '{}'), 201)
    away = await failing(() => new Failure('store_unavailable', 'the store is away'))
    broken = await failing(() => new Error('broken'))
  })

  const send = (to: TestApp, { headers, ...request }: CallRequest & { headers?: Record<string, string> }) =>
    to.request(request.path, initOf(request, headers))

  /** Makes a call fail with a code. */
  const CAUSES: Readonly<
    Record<Exclude<ProblemCode, 'method_not_allowed'>, (call: (typeof CALLS)[number]) => Promise<Response>>
  > = {
    bad_request: (call) => {
      const request = requestOf(call, NAMES[0])
      return send(app, { ...request, path: withParameter(request.path, 'nothing=1') })
    },
    unauthorized: (call) => send(app, { ...requestOf(call, NAMES[0]), headers: { authorization: 'Bearer rmk_no' } }),
    forbidden: async (call) => {
      // A run token cannot read or log to another run; a key with the role read cannot change anything.
      if ((call.needs ?? 'read') !== 'read') return send(app, { ...requestOf(call, NAMES[0]), headers: low })
      const token = await jsonOf<{ token: string }>(app.send('POST', '/v1/runs/code-2/token', '{"expiresIn":60}'), 201)
      return send(app, { ...requestOf(call, NAMES[0]), headers: by(token.token) })
    },
    rate_limited: (call) => send(busy, requestOf(call, NAMES[0])),
    // The key is not cached, so every call that requires one sends a request to the store.
    internal: (call) => send(broken, { ...requestOf(call, NAMES[0]), headers: low }),
    store_unavailable: (call) => send(away, { ...requestOf(call, NAMES[0]), headers: low }),
    payload_too_large: (call) => {
      const { method, path } = requestOf(call, NAMES[0])
      return app.send(method, path, `{"x":"${'x'.repeat(4_194_304)}"}`)
    },
    unsupported_media_type: (call) =>
      send(app, { ...requestOf(call, NAMES[0]), headers: { 'content-type': 'text/plain' } }),
    run_not_found: (call) => send(app, requestOf(call, 'no-such-run')),
    ambiguous_run: (call) => send(app, requestOf(call, 'code')),
    not_found: (call) => send(app, requestOf(call, NAMES[0])),
    key_not_found: (call) => {
      const { method, path } = requestOf(call, NAMES[0])
      return app.request(path.replace(/key=\w+/, 'key=no-such-key'), { method })
    },
    name_taken: (call) => {
      const asked =
        call.id === 'createRun' ? { id: '5b1e8a52-6a40-4a39-b6d0-0a2f0a5f1c3e', name: NAMES[0] } : { name: NAMES[1] }
      return send(app, { ...requestOf(call, NAMES[0]), body: JSON.stringify(asked) })
    },
    id_taken: async () => {
      const { id } = await jsonOf<{ id: string }>(app.request(`/v1/runs/${NAMES[0]}?exact=true`))
      return app.send('POST', '/v1/runs', JSON.stringify({ id, name: 'another' }))
    },
    invalid_value: (call) => send(app, { ...requestOf(call, NAMES[0]), body: '{"metadata":{"a":"\\ud800"}}' }),
    idempotency_key_reused: (call) => send(app, { ...requestOf(call, NAMES[0]), headers: { 'idempotency-key': 'k' } }),
  }

  const cases = CALLS.flatMap((call) => codesOf(call).map((code) => ({ id: call.id, code, call })))
  it.each(cases)('$code of $id occurs as documented', async ({ code, call }) => {
    if (code === 'method_not_allowed') throw new Error('no call has it: it is of a path')
    const reply = await CAUSES[code](call)
    await refusalOf(reply, reply.status, code)
  })
})
