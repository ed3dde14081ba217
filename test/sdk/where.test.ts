import { type Condition, dtype, type ListOptions, NumberLiteral, storageSize, uri } from '@runmeta/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { joinedBy } from '../support/joined.ts'
import { all, bodyOf, clientOf, errorOf, json, pageOf, refusal } from './stub.ts'

describe('conditions', () => {
  const where: Condition[] = [
    { pointer: '/big', op: '=', value: 9007199254740993n },
    { pointer: '/huge', op: '>', value: new NumberLiteral('1e400') },
    { pointer: '/pi', op: 'in', value: [new NumberLiteral('3.14159265358979323846264338327950288'), -0, 1e21] },
    { pointer: '/size', op: 'between', value: [storageSize(1), storageSize(2n ** 70n)] },
    { pointer: '/dataset', op: 'prefix', value: uri('s3://b/') },
    { pointer: '/type', op: '!=', value: dtype('float32') },
    { pointer: '/at', op: '<', value: new Date(0) },
    { pointer: '/a', op: 'exists' },
    { pointer: '/b', op: 'exists', value: false },
    { not: { or: [{ pointer: '/c', op: '=', value: null }, { and: [{ pointer: '/d', op: '<=', value: true }] }] } },
  ]

  test('are sent with exact numbers, and typed values as plain values', async () => {
    const { client, sent } = clientOf([pageOf([])])
    await all(client.listPipelineRuns({ where }))
    expect(sent[0]?.body).toBe(
      '{"where":[' +
        '{"pointer":"/big","op":"=","value":9007199254740993},' +
        '{"pointer":"/huge","op":">","value":1e400},' +
        '{"pointer":"/pi","op":"in","value":[3.14159265358979323846264338327950288,-0,1e+21]},' +
        '{"pointer":"/size","op":"between","value":[1,1180591620717411303424]},' +
        '{"pointer":"/dataset","op":"prefix","value":"s3://b/"},' +
        '{"pointer":"/type","op":"!=","value":"float32"},' +
        '{"pointer":"/at","op":"<","value":"1970-01-01T00:00:00.000Z"},' +
        '{"pointer":"/a","op":"exists"},' +
        '{"pointer":"/b","op":"exists","value":false},' +
        '{"not":{"or":[{"pointer":"/c","op":"=","value":null},{"and":[{"pointer":"/d","op":"<=","value":true}]}]}}' +
        ']}',
    )
  })

  test('with values that JSON cannot hold are refused with their place, and nothing is sent', async () => {
    const { client, sent } = clientOf([pageOf([])])
    const error = await errorOf(
      all(client.listPipelineRuns({ where: [{ not: { pointer: '/a', op: '<', value: Number.NaN } }] })),
    )
    expect(error).toMatchObject({ name: 'BadRequestError', code: 'bad_request', attempts: 0 })
    expect(error).toHaveProperty('message', expect.stringMatching(/^where\[0\]\.not\.value: is NaN/))
    expect(sent).toHaveLength(0)
  })

  test('throw a BadRequestError if the API refuses them', async () => {
    const { client, sent } = clientOf([refusal('bad_request')])
    const list = client.listPipelineRuns({ where: { pointer: 'a', op: '=', value: 1 } })
    expect(await errorOf(all(list))).toMatchObject({ name: 'BadRequestError', status: 400, attempts: 1 })
    expect(sent).toHaveLength(1)
  })
})

describe('a condition as text', () => {
  test.each<[string, unknown]>([
    ['/run_metrics/accuracy >= 0.9', { pointer: '/run_metrics/accuracy', op: '>=', value: 0.9 }],
    ['/a = "x y"', { pointer: '/a', op: '=', value: 'x y' }],
    ['/a > 0.5 = 1', { pointer: '/a > 0.5', op: '=', value: 1 }],
    ['/a in [1, 2]', { pointer: '/a', op: 'in', value: [1, 2] }],
    ['/a between [1, 2]', { pointer: '/a', op: 'between', value: [1, 2] }],
    ['/a exists', { pointer: '/a', op: 'exists' }],
    ['/a exists false', { pointer: '/a', op: 'exists', value: false }],
    ['/a contains "b"', { pointer: '/a', op: 'contains', value: 'b' }],
  ])('is parsed as over HTTP: %s', async (text, condition) => {
    const { client, sent } = clientOf([json({ runs: [] })])
    await client.listPipelineRuns({ where: text }).first(1)
    await client.listPipelineRuns({ where: [text, { not: { or: [text] } }] }).first(1)
    expect(bodyOf(sent[0])).toMatchObject({ where: condition })
    expect(bodyOf(sent[1])).toMatchObject({ where: [condition, { not: { or: [condition] } }] })
  })

  test('keeps the digits of a number', async () => {
    const { client, sent } = clientOf([json({ runs: [] })])
    await client.listPipelineRuns({ where: '/a = 9007199254740993.5' }).first(1)
    expect(sent[0]?.body).toContain('9007199254740993.5')
  })

  test.each([
    ['/acc >= 0.9 and /lr = 0.1', /several conditions; give them as an array/],
    ['/acc >= 0.9 || /lr = 0.1', /several conditions; give them as an array/],
    ['/acc >= 0.9, /lr = 0.1', /several conditions; give them as an array/],
    ['/acc exists true and /lr = 0.1', /several conditions; give them as an array/],
    ['/acc exists, /lr = 0.1', /several conditions; give them as an array/],
    ['/acc=0.9 and /lr = 0.1', /a key that looks like this needs { pointer, op, value }/],
    ['/acc >= high', /double quotes/],
    ['acc', /<pointer> <op> <JSON>/],
  ])('is refused with advice if it is invalid: %s', async (text, advice) => {
    const { client, sent } = clientOf([json({ runs: [] })])
    const error = await errorOf(client.listPipelineRuns({ where: text }).first(1))
    expect(error).toMatchObject({ name: 'BadRequestError', message: expect.stringMatching(advice) })
    expect(sent).toHaveLength(0)
  })

  test('is refused if it is two conditions, whatever joins them, with or without spaces', async () => {
    await fc.assert(
      fc.asyncProperty(joinedBy('and', 'or', 'AND', '&&', '||', ','), async (text) => {
        const { client, sent } = clientOf([json({ runs: [] })])
        expect(await errorOf(client.listPipelineRuns({ where: text }).first(1))).toMatchObject({ attempts: 0 })
        expect(sent).toHaveLength(0)
      }),
    )
  })
})

test('a list takes several pipelines and statuses, a part of a name, and options from a variable', async () => {
  const { client, sent } = clientOf([json({ runs: [] })])
  const options: ListOptions = {
    pipeline: ['iris', 'digits'],
    status: ['failed', 'stopped'],
    nameContains: 'NIGHT',
    include: ['metadata'],
  }
  await client.listPipelineRuns(options).first(1)
  expect(bodyOf(sent[0])).toMatchObject({ ...options })
})
