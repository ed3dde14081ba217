import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type FullRunBody, jsonOf, type ReceiptBody, type RunBody, refusalOf } from '../support/app.ts'
import { laterBy } from '../support/position.ts'
import type { Subject } from './suite.ts'

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** Bodies with the same content in different notations. */
const SAME: readonly string[] = [
  '{"metadata":{"a":"é/","b":[1.0]},"types":{"/a":"Uri"}}',
  '{"metadata":{"a":"\\u00e9\\/","b":[1.0]},"types":{"/a":"Uri"}}',
  '{ "types" : { "/a" : "Uri" } ,\n "metadata" : { "\\u0061" : "é/" , "b" : [ 1.0 ] } }',
  '{"metadata":{"a":"é/","b":[1.0]},"types":{"/a":"Uri"},"relatedEntities":true}',
  '{"metadata":{"a":"é/","b":[1.0]},"types":{"/a":"Uri"},"after":"00000000000000000000a"}',
]

/** Bodies that differ from `SAME`. */
const OTHER: readonly string[] = [
  '{"metadata":{"a":"é/","b":[1]},"types":{"/a":"Uri"}}',
  '{"metadata":{"b":[1.0],"a":"é/"},"types":{"/a":"Uri"}}',
  '{"metadata":{"a":"é/","b":[1.0]},"types":{"/a":"Path"}}',
  '{"metadata":{"a":"é/","b":[1.0]}}',
  '{"metadata":{"a":"é/","b":[1.0]},"types":{"/a":"Uri"},"step":"s"}',
  '{"metadata":{"a":"é/","b":[1.0]},"types":{"/a":"Uri"},"relatedEntities":false}',
]

export function logging(app: Subject): void {
  const newRun = async () => (await jsonOf<RunBody>(app().send('POST', '/v1/runs', '{}'), 201)).id
  const send = (run: string, body: unknown, headers: Record<string, string> = {}) =>
    app().send('POST', `/v1/runs/${run}/metadata`, typeof body === 'string' ? body : JSON.stringify(body), headers)
  const log = (run: string, body: unknown, headers?: Record<string, string>) =>
    jsonOf<ReceiptBody>(send(run, body, headers), 201)
  const read = (run: string) => jsonOf<FullRunBody>(app().request(`/v1/runs/${run}`))

  it('returns the run, and the log’s id, time and position', async () => {
    const run = await newRun()
    const receipt = await log(run, { metadata: { a: 1 } })
    expect(receipt).toEqual({
      run: { id: run, name: expect.stringMatching(/^run-/) },
      log: { id: expect.stringMatching(/^\S+$/), createdAt: expect.stringMatching(TIME), position: expect.any(String) },
    })
  })

  it('goes to the run if it has no step', async () => {
    const run = await newRun()
    await log(run, { metadata: { a: 1 } })
    expect(await read(run)).toMatchObject({ metadata: { a: 1 }, steps: {} })
  })

  it('goes to the step and the run if it has a step', async () => {
    const run = await newRun()
    const { log: receipt } = await log(run, { metadata: { a: 's3://b' }, types: { '/a': 'Uri' }, step: 'train/1 🏃' })
    expect(receipt.step).toBe('train/1 🏃')
    expect(await read(run)).toMatchObject({
      metadata: { a: 's3://b' },
      types: { '/a': 'Uri' },
      steps: { 'train/1 🏃': { metadata: { a: 's3://b' }, types: { '/a': 'Uri' } } },
    })
  })

  it('goes only to the step if relatedEntities is false', async () => {
    const run = await newRun()
    await log(run, { metadata: { a: 1 }, step: 'train', relatedEntities: false })
    expect(await read(run)).toMatchObject({ metadata: {}, types: {}, steps: { train: { metadata: { a: 1 } } } })
  })

  it('keeps steps separate, even one with the name __proto__', async () => {
    const run = await newRun()
    await log(run, { metadata: { a: 1 }, step: 'one' })
    await log(run, { metadata: { a: 2 }, step: '__proto__' })
    const text = await (await app().request(`/v1/runs/${run}`)).text()
    expect(text).toContain('"one":{"metadata":{"a":1},"types":{}}')
    expect(text).toContain('"__proto__":{"metadata":{"a":2},"types":{}}')
  })

  it('reads the latest value of a key; a later dict replaces the earlier one', async () => {
    const run = await newRun()
    await log(run, { metadata: { a: { x: 1, y: 'u' }, b: 1 }, types: { '/a/y': 'Uri' } })
    await log(run, { metadata: { a: { x: 2 } } })
    expect(await read(run)).toMatchObject({ metadata: { a: { x: 2 }, b: 1 }, types: {} })
  })

  it('gives later logs greater positions', async () => {
    const run = await newRun()
    const positions: string[] = []
    for (let n = 0; n < 20; n++) positions.push((await log(run, { metadata: { n } })).log.position)
    expect(positions).toEqual([...positions].sort())
    expect((await read(run)).metadata).toEqual({ n: 19 })
  })

  it('keeps every key of 64 concurrent writers', async () => {
    const run = await newRun()
    const writers = Array.from({ length: 64 }, (_, n) => n)
    await Promise.all(writers.map((n) => log(run, { metadata: { [`k${n}`]: n } })))
    expect((await read(run)).metadata).toEqual(Object.fromEntries(writers.map((n) => [`k${n}`, n])))
  })

  it.each([
    ['step', '""'],
    ['step', '"a\\u0000"'],
    ['step', '"\\ud800"'],
    ['step', `"${'x'.repeat(256)}"`],
    ['step', 'null'],
    ['step', '1'],
    ['relatedEntities', '"false"'],
    ['after', '1'],
    ['after', '"yesterday"'],
    ['after', '""'],
    ['tags', '[]'],
  ])('refuses %s: %s', async (field, value) => {
    const run = await newRun()
    const problem = await refusalOf(send(run, `{"metadata":{"a":1},"${field}":${value}}`), 400, 'bad_request')
    expect(problem.detail).toContain(field)
    expect((await read(run)).metadata).toEqual({})
  })

  it.each(['{}', '{"metadata":{}}', '{"metadata":null}', '{"metadata":[1]}', '{"metadata":"a"}', '{"types":{}}'])(
    'refuses %s, which has nothing to log',
    async (body) => {
      const problem = await refusalOf(send(await newRun(), body), 400, 'bad_request')
      expect(problem.detail).toContain('metadata')
    },
  )

  it('refuses a log to a run that does not exist', async () => {
    await refusalOf(send(randomUUID(), { metadata: { a: 1 } }), 404, 'run_not_found')
  })

  describe('after', () => {
    it('orders a log after the one in `after`, even if the server’s clock is behind', async () => {
      const run = await newRun()
      const { position } = (await log(run, { metadata: { a: 'first' } })).log
      const after = laterBy(position, 30_000)
      const second = await log(run, { metadata: { a: 'second' }, after })
      expect(second.log.position > after).toBe(true)
      await log(run, { metadata: { a: 'third' } })
      expect((await read(run)).metadata).toEqual({ a: 'second' })
      const fourth = await log(run, { metadata: { a: 'fourth' }, after: second.log.position })
      expect(fourth.log.position > second.log.position).toBe(true)
      expect((await read(run)).metadata).toEqual({ a: 'fourth' })
    })

    it('refuses a position more than 60 s ahead of the server’s clock', async () => {
      const problem = await refusalOf(
        send(await newRun(), { metadata: { a: 1 }, after: 'z'.repeat(21) }),
        400,
        'bad_request',
      )
      expect(problem.detail).toMatch(/^after: .*60 s/)
    })
  })

  describe('under an idempotency key', () => {
    const key = (text: string) => ({ 'idempotency-key': text })

    it('counts once however it is repeated, with the same log in the reply', async () => {
      const run = await newRun()
      const first = await log(run, SAME[0], key('k'))
      await log(run, { metadata: { a: 'later' } })
      for (const body of SAME) expect(await log(run, body, key('k'))).toEqual(first)
      expect((await read(run)).metadata).toEqual({ a: 'later', b: [1] })
    })

    it('counts once if it is sent many times concurrently', async () => {
      const run = await newRun()
      const receipts = await Promise.all(
        Array.from({ length: 20 }, () => log(run, { metadata: { a: 1 } }, key('same'))),
      )
      for (const receipt of receipts) expect(receipt).toEqual(receipts[0])
    })

    it.each(OTHER)('refuses another body, and writes nothing: %s', async (other) => {
      const run = await newRun()
      await log(run, SAME[0], key('k'))
      const before = await read(run)
      await refusalOf(send(run, other, key('k')), 422, 'idempotency_key_reused')
      expect(await read(run)).toEqual(before)
    })

    it('is another log in another run, and its id is not the key', async () => {
      const [one, other] = [await newRun(), await newRun()]
      const first = await log(one, { metadata: { a: 1 } }, key('shared'))
      const second = await log(other, { metadata: { a: 2 } }, key('shared'))
      expect(first.log.id).not.toBe(second.log.id)
      expect(first.log.id).not.toContain('shared')
      expect((await read(other)).metadata).toEqual({ a: 2 })
    })

    it('belongs to the run that the reference resolves to', async () => {
      const name = `idempotent-${randomUUID()}`
      const { id } = await jsonOf<RunBody>(app().send('POST', '/v1/runs', JSON.stringify({ name })), 201)
      const receipt = await log(id, { metadata: { a: 1 } }, key('k'))
      for (const reference of [name, name.slice(0, 30), id.toUpperCase()]) {
        expect(await log(reference, { metadata: { a: 1 } }, key('k'))).toEqual(receipt)
      }
    })

    it.each([' ', '~', '#/?&', 'x'.repeat(255), 'with space'])('accepts %j', async (text) => {
      const run = await newRun()
      // HTTP removes spaces around a header's value.
      const sent = send(run, { metadata: { a: 1 } }, key(text))
      if (text.trim() === '') await refusalOf(sent, 400, 'bad_request')
      else await jsonOf(sent, 201)
    })

    it.each([
      ['an empty one', ''],
      ['one of 256 characters', 'x'.repeat(256)],
      ['one with a character beyond ASCII', 'é'],
      ['one with a control character', 'a\tb'],
    ])('refuses %s', async (_, text) => {
      const run = await newRun()
      const problem = await refusalOf(send(run, { metadata: { a: 1 } }, key(text)), 400, 'bad_request')
      expect(problem.detail).toContain('Idempotency-Key')
      expect((await read(run)).metadata).toEqual({})
    })
  })
}
