import { Client, dtype, NumberLiteral, path, storageSize, uri } from '@runmeta/sdk'
import { describe, expect, test } from 'vitest'
import { bodyOf, clientOf, errorOf, json, problemOf, RUN, receipt, receiptOf, refusal, run } from './stub.ts'

/** Its `toJSON()` returns the object itself. The prototype has no prototype, so it looks like that of a literal. */
const itself: object = Object.assign(Object.create(Object.assign(Object.create(null), { toJSON: () => itself })), {
  a: 1,
})

class Inner {
  accuracy = 0.9
}
class Metrics {
  accuracy = 0.9
  nested = new Inner()
  #secret = 1
  get double() {
    return this.accuracy * 2 + this.#secret
  }
}
class Better extends Metrics {
  recall = 1
}

async function sentOf(metadata: Record<string, unknown>) {
  const { client, sent } = clientOf([receipt()])
  await client.run('nightly').logMetadata({ metadata })
  return sent[0]?.body
}

describe('a log', () => {
  test('sends only the metadata to a run', async () => {
    const { client, sent } = clientOf([receipt()])
    const answer = await client.run('nightly').logMetadata({ metadata: { accuracy: 0.97 } })
    expect(sent[0]).toMatchObject({
      method: 'POST',
      path: '/v1/runs/nightly/metadata',
      body: '{"metadata":{"accuracy":0.97}}',
    })
    expect(answer).toEqual(receiptOf())
  })

  test('names its step, and is kept from the run if the caller says so', async () => {
    const { client, sent } = clientOf([json({ ...receiptOf(), log: { ...receiptOf().log, step: 'train' } }, 201)])
    const train = client.run('nightly').step('train')
    const answer = await train.logMetadata({ metadata: { a: 1 }, logRelatedEntities: false })
    expect(bodyOf(sent[0])).toEqual({ metadata: { a: 1 }, step: 'train', relatedEntities: false })
    expect(answer?.log.step).toBe('train')
  })

  test('goes to the id of a run that was created or read', async () => {
    const { client, sent } = clientOf([run(), receipt()])
    const created = await client.createRun({ name: 'nightly' })
    await created.logMetadata({ metadata: { a: 1 } })
    await created.step('train').logMetadata({ metadata: { a: 1 } })
    expect(sent.slice(1).map((one) => one.path)).toEqual(Array(2).fill(`/v1/runs/${RUN.id}/metadata`))
  })

  test('sends the greatest position of the earlier logs, so that it is later', async () => {
    const { client, sent } = clientOf([receipt('05'), receipt('03'), receipt('07'), receipt('08')])
    for (let log = 0; log < 4; log++) await client.run('nightly').logMetadata({ metadata: { log } })
    expect(sent.map((one) => bodyOf(one))).toEqual([
      { metadata: { log: 0 } },
      { metadata: { log: 1 }, after: '05' },
      { metadata: { log: 2 }, after: '05' },
      { metadata: { log: 3 }, after: '07' },
    ])
  })

  test('is sent again once without a position that the server considers to be in the future', async () => {
    const tooFar = json({ ...problemOf('bad_request'), detail: 'after: is 300 s ahead of the server’s clock' }, 400, {
      'content-type': 'application/problem+json',
    })
    const { client, sent } = clientOf([receipt('09'), tooFar, receipt('05'), receipt('06')])
    const run = client.run('nightly')
    await run.logMetadata({ metadata: { log: 0 } })
    expect(await run.logMetadata({ metadata: { log: 1 } })).toEqual(receiptOf('05'))
    await run.logMetadata({ metadata: { log: 2 } })
    expect(sent.map((one) => bodyOf(one))).toEqual([
      { metadata: { log: 0 } },
      { metadata: { log: 1 }, after: '09' },
      { metadata: { log: 1 } },
      { metadata: { log: 2 }, after: '05' },
    ])
    expect(sent[2]?.headers['idempotency-key']).toBe(sent[1]?.headers['idempotency-key'])
  })

  test('is not sent again after any other refusal', async () => {
    const other = clientOf([receipt('09'), refusal('bad_request')])
    await other.client.run('nightly').logMetadata({ metadata: { log: 0 } })
    const call = other.client.run('nightly').logMetadata({ metadata: { log: 1 } })
    expect(await errorOf(call)).toMatchObject({ name: 'BadRequestError', attempts: 1 })
    expect(other.sent).toHaveLength(2)
  })

  test('sends no position of another client’s logs', async () => {
    const one = clientOf([receipt('05')])
    const other = clientOf([receipt('01')])
    await one.client.run('nightly').logMetadata({ metadata: { a: 1 } })
    await other.client.run('nightly').logMetadata({ metadata: { a: 1 } })
    expect(bodyOf(other.sent[0])).toEqual({ metadata: { a: 1 } })
  })
})

describe('values are written', () => {
  test.each<[string, unknown, string]>([
    ['null', null, 'null'],
    ['an empty string', '', '""'],
    ['a string', 'a"\\\n\u0000é🚀', JSON.stringify('a"\\\n\u0000é🚀')],
    ['a lone surrogate, for the server to refuse', '\ud800', '"\\ud800"'],
    ['empty containers', [{}, []], '[{},[]]'],
    ['minus zero', -0, '-0'],
    ['the least number', 5e-324, '5e-324'],
    ['a large number', 1e21, '1e+21'],
    ['a whole number of more digits than it has', 2 ** 63, '9.223372036854776e+18'],
    ['the greatest safe integer', Number.MAX_SAFE_INTEGER, '9007199254740991'],
    ['a bigint', -9223372036854775808n, '-9223372036854775808'],
    ['a literal', new NumberLiteral('1E+400'), '1E+400'],
    ['a date', new Date('2026-01-31T12:00:00Z'), '"2026-01-31T12:00:00.000Z"'],
    ['a URL', new URL('https://example.com/a b'), '"https://example.com/a%20b"'],
    ['what has a toJSON', { toJSON: () => ({ a: [1n] }) }, '{"a":[1]}'],
    ['a toJSON that gives what has one, asked once', itself, '{"a":1}'],
    ['an instance of a class, by its members', new Metrics(), '{"accuracy":0.9,"nested":{"accuracy":0.9}}'],
    ['a class that inherits', new Better(), '{"accuracy":0.9,"nested":{"accuracy":0.9},"recall":1}'],
    ['a toJSON that gives an instance', { toJSON: () => new Inner() }, '{"accuracy":0.9}'],
    ['members that are undefined, which are left out', { a: undefined, b: { c: undefined, d: 1 } }, '{"b":{"d":1}}'],
    ['no prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    ['a member named __proto__', JSON.parse('{"__proto__":{"a":1}}'), '{"__proto__":{"a":1}}'],
    ['one object at several places', Array(2).fill({ a: 1 }), '[{"a":1},{"a":1}]'],
  ])('%s', async (_, value, text) => {
    expect(await sentOf({ value })).toBe(`{"metadata":{"value":${text}}}`)
  })

  test('64 brackets within a value', async () => {
    const text = '['.repeat(64) + ']'.repeat(64)
    expect(await sentOf({ value: JSON.parse(text) })).toBe(`{"metadata":{"value":${text}}}`)
  })

  test('types stand beside the values, by their places', async () => {
    const { client, sent } = clientOf([receipt()])
    const metadata = {
      dataset: uri('s3://b/k'),
      'a/b~c': [path('/tmp/x'), { '': dtype('float32') }],
      sizes: {
        plain: storageSize(1024),
        large: storageSize(2n ** 64n),
        exact: storageSize(new NumberLiteral('1e400')),
      },
      given: { toJSON: () => uri('x:y') },
    }
    await client.run('nightly').logMetadata({ metadata })
    expect(sent[0]?.body).toBe(
      '{"metadata":{"dataset":"s3://b/k","a/b~c":["/tmp/x",{"":"float32"}],' +
        '"sizes":{"plain":1024,"large":18446744073709551616,"exact":1e400},"given":"x:y"},' +
        '"types":{"/dataset":"Uri","/a~1b~0c/0":"Path","/a~1b~0c/1/":"DType","/sizes/plain":"StorageSize",' +
        '"/sizes/large":"StorageSize","/sizes/exact":"StorageSize","/given":"Uri"}}',
    )
  })
})

describe('numbers that JSON cannot hold', () => {
  const metadata = { loss: Number.NaN, best: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] }
  test.each([
    ['null', '{"loss":null,"best":[null,null]}'],
    ['string', '{"loss":"NaN","best":["Infinity","-Infinity"]}'],
  ] as const)('are logged as `nonFinite` says: %s', async (nonFinite, text) => {
    const { client, sent } = clientOf([receipt()], { nonFinite })
    await client.run('nightly').logMetadata({ metadata })
    await clientOf([receipt()]).client.run('nightly').logMetadata({ metadata, nonFinite })
    expect(sent[0]?.body).toBe(`{"metadata":${text}}`)
  })

  test('are refused without that option, with advice', async () => {
    const error = await errorOf(clientOf([receipt()]).client.run('nightly').logMetadata({ metadata }))
    expect(error).toMatchObject({
      name: 'InvalidValueError',
      pointer: '/loss',
      reason: expect.stringMatching(/nonFinite/),
    })
    expect(() => new Client(Object.fromEntries([['nonFinite', 'drop']]))).toThrow(/nonFinite must be 'refuse'/)
  })
})
