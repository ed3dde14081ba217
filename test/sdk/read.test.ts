import assert from 'node:assert/strict'
import { dtype, NumberLiteral, path, storageSize, uri } from '@runmeta/sdk'
import { describe, expect, test } from 'vitest'
import { clientOf, errorOf, json, pipelineRun, RUN } from './stub.ts'

async function readOf(metadata: string, types: object = {}, steps: object = {}) {
  const { client } = clientOf([pipelineRun(metadata, types, steps)])
  return await client.getPipelineRun('nightly')
}

const readValue = async (text: string): Promise<unknown> => (await readOf(`{"value": ${text}}`)).runMetadata.value

describe('a run that is read', () => {
  test('has its fields, its metadata and that of its steps', async () => {
    const steps = {
      train: { metadata: { b: 2 }, types: {} },
      'a/b': { metadata: { c: 'x:y' }, types: { '/c': 'Uri' } },
    }
    const run = await readOf('{"a": 1}', {}, steps)
    expect(run).toMatchObject(RUN)
    assert.deepStrictEqual(run.runMetadata, { a: 1 })
    assert.deepStrictEqual(run.steps, { train: { runMetadata: { b: 2 } }, 'a/b': { runMetadata: { c: uri('x:y') } } })
  })

  test('may have keys and steps with the names of inherited properties', async () => {
    const text = '{"__proto__": {"a": 1}, "constructor": 2, "toString": {"__proto__": null}, "": "", "step::key": []}'
    const run = await readOf(text, {}, JSON.parse('{"__proto__": {"metadata": {"a": 1}, "types": {}}}'))
    assert.deepStrictEqual(run.runMetadata, JSON.parse(text))
    assert.deepStrictEqual(Object.keys(run.runMetadata), ['__proto__', 'constructor', 'toString', '', 'step::key'])
    assert.deepStrictEqual(run.steps, JSON.parse('{"__proto__": {"runMetadata": {"a": 1}}}'))
    expect(Reflect.get({}, 'a')).toBeUndefined()
  })

  test('restores types at any depth, and leaves unknown types plain', async () => {
    const text =
      '{"u": "x:y", "m": {"a/b": [0, "/p", {"~": "f4"}]}, "s": 9223372036854775808, "n": "new", "__proto__": "q:r"}'
    const types = {
      '/u': 'Uri',
      '/m/a~1b/1': 'Path',
      '/m/a~1b/2/~0': 'DType',
      '/s': 'StorageSize',
      '/n': 'Color',
      '/__proto__': 'Uri',
      '/gone/for/long': 'Uri',
      '/m/a~1b/7': 'Uri',
    }
    const { runMetadata } = await readOf(text, types)
    const expected = {
      u: uri('x:y'),
      m: { 'a/b': [0, path('/p'), { '~': dtype('f4') }] },
      s: storageSize(9223372036854775808n),
      n: 'new',
    }
    Object.defineProperty(expected, '__proto__', {
      value: uri('q:r'),
      enumerable: true,
      writable: true,
      configurable: true,
    })
    assert.deepStrictEqual(runMetadata, expected)
  })

  test('prints typed values as their value', async () => {
    const { runMetadata } = await readOf('{"u": "x:y", "s": 1e400}', { '/u': 'Uri', '/s': 'StorageSize' })
    expect(`${runMetadata.u} ${runMetadata.s}`).toBe('x:y 1e400')
    expect(JSON.stringify(runMetadata)).toBe('{"u":"x:y","s":"1e400"}')
    expect(uri.is(runMetadata.u) && runMetadata.u.value).toBe('x:y')
    expect(path.is(runMetadata.u)).toBe(false)
  })
})

describe('numbers are read exactly', () => {
  test.each<[string, unknown]>([
    ['0', 0],
    ['-0', -0],
    ['-0.0e5', -0],
    ['1.0', 1],
    ['100e-2', 1],
    ['0.1', 0.1],
    ['0.10', 0.1],
    ['5e-324', 5e-324],
    ['1e21', 1e21],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['9007199254740992', 9007199254740992n],
    ['-9007199254740993', -9007199254740993n],
    ['9007199254740992.0', 9007199254740992],
    ['9007199254740993.0', new NumberLiteral('9007199254740993.0')],
    ['1000000000000000000000', 10n ** 21n],
    ['1e400', new NumberLiteral('1e400')],
    ['-1E+400', new NumberLiteral('-1E+400')],
    ['1e-400', new NumberLiteral('1e-400')],
    ['4e-324', new NumberLiteral('4e-324')],
    ['0e400', 0],
    ['0.1000000000000000055511151231257827', new NumberLiteral('0.1000000000000000055511151231257827')],
    ['3.14159265358979323846264338328', new NumberLiteral('3.14159265358979323846264338328')],
    ['1e99999999999999999999999', new NumberLiteral('1e99999999999999999999999')],
    [`0.${'0'.repeat(5000)}1e5001`, 1],
  ])('%s', async (text, value) => {
    assert.deepStrictEqual(await readValue(text), value)
  })
})

describe('other values are read as JSON', () => {
  test.each([
    '"\\ud83d\\ude80 \\" \\\\ \\/ \\b\\f\\n\\r\\t \\u0000"',
    '"\\\\"',
    '"\\ud800"',
    '["1", "\\"2\\\\", "\\\\", "-3", {"4": "5", "\\"6": ["\\\\\\"7"]}]',
    ' [ ] ',
    '{ }',
    '[null,true , false\t,\r\n{"a":{"a":[]}}]',
    '{"a":1,"a":2}',
  ])('%s', async (text) => {
    assert.deepStrictEqual(await readValue(text), JSON.parse(text))
  })

  // A log holds at most 4 MiB. A regular expression that backtracks needs memory for each escape.
  test('with millions of escapes', async () => {
    const value = '\n"\\'.repeat(4 * 2 ** 20)
    expect((await readValue(JSON.stringify(value))) === value).toBe(true)
  })

  test('to the depth that a value of a step can have', async () => {
    const value: unknown = JSON.parse('['.repeat(64) + ']'.repeat(64))
    const run = await readOf('{}', {}, { train: { metadata: { value }, types: {} } })
    assert.deepStrictEqual(run.steps.train?.runMetadata.value, value)
  })

  test.each([
    '01',
    '1.',
    '.5',
    '+1',
    '1e',
    '--1',
    'NaN',
    'tru',
    'nulll',
    '"a',
    '"\\x"',
    '"\t"',
    '[1,]',
    '[1 2]',
    '[,]',
    '{"a"}',
    '{"a":1,}',
    '{a:1}',
    "'a'",
    '',
    '[',
    '1]',
    '[}',
    '['.repeat(200_000),
  ])('invalid JSON is an unexpected reply: %.20s', async (text) => {
    const { client } = clientOf([pipelineRun(`{"value":${text}}`)])
    expect(await errorOf(client.getPipelineRun('nightly'))).toMatchObject({ name: 'UnexpectedReplyError', attempts: 1 })
  })

  test.each([
    ['a field of the run', { ...RUN, status: undefined, metadata: {}, types: {}, steps: {} }],
    ['the metadata', { ...RUN, types: {}, steps: {} }],
    ['the types', { ...RUN, metadata: {}, steps: {} }],
    ['the steps', { ...RUN, metadata: {}, types: {} }],
    ['a step', { ...RUN, metadata: {}, types: {}, steps: { train: 1 } }],
  ])('a reply without %s is unexpected', async (_, body) => {
    const { client } = clientOf([json(body)])
    expect(await errorOf(client.getPipelineRun('nightly'))).toMatchObject({ name: 'UnexpectedReplyError' })
  })
})

describe('large replies', () => {
  const large: [string, string][] = [
    [
      'records',
      JSON.stringify(
        Array.from({ length: 12_000 }, (_, id) => ({ id, score: id / 7, name: `row ${id}`, tags: ['a', 'b'] })),
      ),
    ],
    ['digits', '7'.repeat(1_000_000)],
    ['a fraction of zeros', `0.1${'0'.repeat(1_000_000)}1`],
    ['one string', JSON.stringify('\\'.repeat(500_000))],
  ]
  // A reader that takes quadratic time exceeds the time-out.
  test.each(large)('a megabyte of %s is read in linear time', async (_, text) => {
    expect(await readValue(text)).toBeDefined()
  })
})
