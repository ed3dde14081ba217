import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  type FullRunBody,
  jsonOf,
  type ProblemBody,
  type ReceiptBody,
  type RunBody,
  refusalOf,
} from '../support/app.ts'
import { by, newKey } from '../support/keys.ts'
import { laterBy } from '../support/position.ts'
import type { Subject } from './suite.ts'

type Result = Partial<ReceiptBody> & Partial<ProblemBody> & { readonly status: number }

/** `POST /v1/metadata`: many logs in one request. */
export function many(app: Subject): void {
  const create = async (body: object = {}) => jsonOf<RunBody>(app().send('POST', '/v1/runs', JSON.stringify(body)), 201)
  const send = (body: string | object, headers: Record<string, string> = {}, path = '/v1/metadata') =>
    app().send('POST', path, typeof body === 'string' ? body : JSON.stringify(body), headers)
  const log = async (logs: readonly object[], headers: Record<string, string> = {}) =>
    (await jsonOf<{ results: Result[] }>(send({ logs }, headers))).results
  const read = (run: string) => jsonOf<FullRunBody>(app().request(`/v1/runs/${run}`))
  const entries = async (run: string, key: string) =>
    (await jsonOf<{ entries: unknown[] }>(app().request(`/v1/runs/${run}/history?key=${key}`))).entries

  it('logs to several runs, by id, name and prefix, each log independently', async () => {
    const [one, other] = [await create(), await create({ name: `many-${randomUUID()}` })]
    const results = await log([
      { run: one.id, metadata: { a: 1, size: 5 }, types: { '/size': 'StorageSize' } },
      { run: other.name, step: 'train', metadata: { b: [1] } },
      { run: other.name.slice(0, 30), step: 'eval', relatedEntities: false, metadata: { c: null } },
    ])
    expect(results.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(results.map(({ run }) => run)).toEqual([one, other, other].map(({ id, name }) => ({ id, name })))
    expect(results[1]?.log?.step).toBe('train')
    expect(await read(one.id)).toMatchObject({ metadata: { a: 1, size: 5 }, types: { '/size': 'StorageSize' } })
    const { metadata, steps } = await read(other.id)
    expect([metadata, Object.keys(steps)]).toEqual([{ b: [1] }, ['eval', 'train']])
  })

  it('keeps number literals and the order of the list', async () => {
    const { id } = await create()
    const one = (n: number) => `{"run":"${id}","metadata":{"n":${n}.0,"k${n}":1e400}}`
    const body = `{"logs":[${Array.from({ length: 100 }, (_, n) => one(n)).join(', ')}]}`
    const { results } = await jsonOf<{ results: Result[] }>(send(body))
    const positions = results.map(({ log: made }) => made?.position ?? '')
    expect(positions).toEqual(positions.toSorted())
    const text = await (await app().request(`/v1/runs/${id}`)).text()
    expect(text).toContain('"n":99.0')
    expect(text).toContain('"k0":1e400')
    expect(await entries(id, 'n')).toHaveLength(100)
  })

  it('reports each refused log, and stores the others', async () => {
    const { id } = await create()
    const bad = `{"logs":[
      {"run":"${id}","metadata":{"a":1}},
      {"run":"none-${randomUUID()}","metadata":{"a":1}},
      {"run":"${id}","metadata":{"a":2,"a":3}},
      {"run":"${id}","metadata":{"\\ud800":2}},
      {"run":"${id}","metadata":{}},
      {"run":"${id}","metadata":{"a":1},"stepp":"x"},
      {"metadata":{"a":1}},
      {"run":"","metadata":{"a":1}},
      5,
      {"run":5,"metadata":{"a":1}},
      {"run":"${id}","metadata":{"a":1},"idempotencyKey":"é"},
      {"run":"${id}","metadata":{"a":1},"after":"x"},
      {"run":"${id}","metadata":{"b":1}}]}`
    const { results } = await jsonOf<{ results: Result[] }>(send(bad))
    expect(results.map(({ status, code = '' }) => `${status} ${code}`)).toEqual([
      '201 ',
      '404 run_not_found',
      '422 invalid_value',
      '422 invalid_value',
      '400 bad_request',
      '400 bad_request',
      '400 bad_request',
      '400 bad_request',
      '400 bad_request',
      '400 bad_request',
      '400 bad_request',
      '400 bad_request',
      '201 ',
    ])
    expect(results[2]?.pointer).toBe('/a')
    expect(results[5]?.detail).toContain('stepp')
    expect(results[6]?.detail).toMatch(/^run: is missing/)
    expect(results[8]?.detail).toMatch(/^log: must be a JSON object/)
    expect(results[9]?.detail).toMatch(/^run: must be a string/)
    expect((await read(id)).metadata).toEqual({ a: 1, b: 1 })
    expect(await entries(id, 'a')).toHaveLength(1)
  })

  it('counts each log once by its idempotency key, repeated in one request, in another, or alone', async () => {
    const { id } = await create()
    const key = randomUUID()
    const one = { run: id, metadata: { a: 1 }, idempotencyKey: key }
    const first = await log([one, one, { ...one, metadata: { a: 2 } }, { ...one, idempotencyKey: `${key}-2` }])
    expect(first.map(({ status }) => status)).toEqual([201, 201, 422, 201])
    expect(first[2]?.code).toBe('idempotency_key_reused')
    expect(first[1]?.log).toEqual(first[0]?.log)
    const [again] = await log([one])
    expect(again?.log).toEqual(first[0]?.log)
    const single = app().send('POST', `/v1/runs/${id}/metadata`, '{"metadata":{"a":1}}', { 'idempotency-key': key })
    expect((await jsonOf<ReceiptBody>(single, 201)).log).toEqual(first[0]?.log)
    expect(await entries(id, 'a')).toHaveLength(2)
  })

  it('orders the logs of a run as in the list, also after one with `after`, and those of other runs by the clock', async () => {
    const [one, other] = [await create(), await create()]
    const [first] = await log([{ run: one.id, metadata: { a: 0 } }])
    const after = laterBy(first?.log?.position ?? '', 50_000)
    const results = await log([
      { run: one.id, metadata: { a: 1 }, after },
      { run: other.id, metadata: { a: 1 } },
      { run: one.id, metadata: { a: 2 } },
    ])
    const [ahead = '', apart = '', last = ''] = results.map(({ log: made }) => made?.position)
    expect(last > ahead && ahead > after && after > apart).toBe(true)
    await log([{ run: other.id, metadata: { a: 3 } }])
    expect((await read(one.id)).metadata).toEqual({ a: 2 })
    expect((await read(other.id)).metadata).toEqual({ a: 3 })
  })

  it('accepts only complete ids and names with exact=true, for all logs or for one', async () => {
    const { name, id } = await create({ name: `many-${randomUUID()}` })
    const prefix = { run: name.slice(0, 30), metadata: { a: 1 } }
    const { results } = await jsonOf<{ results: Result[] }>(
      send({ logs: [prefix, { ...prefix, run: name }] }, {}, '/v1/metadata?exact=true'),
    )
    expect(results.map(({ status }) => status)).toEqual([404, 201])
    expect((await log([{ ...prefix, exact: true }, prefix])).map(({ status }) => status)).toEqual([404, 201])
    expect(await entries(id, 'a')).toHaveLength(2)
  })

  describe('is refused as a whole', () => {
    it.each([
      ['what is no JSON', '{"logs":[{"run":"a","metadata":{"a":1}},]}'],
      ['an array', '[]'],
      ['no logs', '{}'],
      ['an empty list', '{"logs":[]}'],
      ['logs that are no list', '{"logs":{"0":1}}'],
      ['logs twice', '{"logs":[1],"logs":[1]}'],
      ['another field', '{"logs":[1],"run":"a"}'],
      ['101 logs', JSON.stringify({ logs: Array(101).fill({ run: 'a', metadata: { a: 1 } }) })],
    ])('%s', async (_, body) => {
      await refusalOf(send(body), 400, 'bad_request')
    })

    it('more than 4 MiB', async () => {
      const metadata = { a: 'x'.repeat(1024 * 1000) }
      await refusalOf(send({ logs: Array(5).fill({ run: 'a', metadata }) }), 413, 'payload_too_large')
    })
  })

  it('accepts a key with the role log, for runs of its own project', async () => {
    const { id } = await create()
    const key = await newKey(app(), { role: 'log', project: 'mine' })
    const [refused] = await log([{ run: id, metadata: { a: 1 } }], by(key.key))
    expect(refused).toMatchObject({ status: 404, code: 'run_not_found' })
  })
}
