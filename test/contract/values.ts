import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { jsonOf, type RunBody, refusalOf } from '../support/app.ts'
import type { Subject } from './suite.ts'

const nested = (brackets: number): string => '['.repeat(brackets) + ']'.repeat(brackets)

/** JSON texts that a parse and a stringify would change. */
const LITERALS: readonly string[] = [
  'null',
  'true',
  '""',
  '{}',
  '[]',
  '1.0',
  '-0',
  '-0.0',
  '1e400',
  '1E+2',
  '5e-324',
  '9223372036854775808',
  '0.1000000000000000055511151231257827',
  '123456789012345678901234567890',
  '{"__proto__":{"a":1},"constructor":null,"":0,"a.b":[],"a/b":{},"step::key":"🏃"}',
  '{"b":1,"a":2,"10":3,"9":4}',
  '"\\u00e9\\n\\/\\"\\\\"',
  '"\\ud83d\\ude00 and 😀"',
  '"\u007f\u2028\u2029\uffff"',
  nested(64),
]

const KEYS: readonly string[] = [
  '__proto__',
  'constructor',
  'toString',
  'a.b',
  'a/b',
  '~',
  'step::key',
  '🔑',
  ' ',
  'é'.repeat(256),
]

/** Refused metadata, with the pointer of the refusal. */
const REFUSED: readonly (readonly [name: string, metadata: string, pointer: string])[] = [
  ['a lone high surrogate', '{"a":["x","\\ud800"]}', '/a/1'],
  ['a lone low surrogate', '{"a":"\\udc00\\ud800"}', '/a'],
  ['a high surrogate before a plain character', '{"a":"\\ud83dx"}', '/a'],
  ['a lone surrogate in a name', '{"a":{"\\ud800":1}}', '/a'],
  ['a lone surrogate in a metadata key', '{"a":1,"b\\udc00":1}', ''],
  ['nesting over 64', `{"a":${nested(65)}}`, `/a${'/0'.repeat(64)}`],
  ['an empty metadata key', '{"":1}', '/'],
  ['a metadata key of 513 bytes', `{"${'k'.repeat(513)}":1}`, `/${'k'.repeat(513)}`],
  ['a metadata key of 171 three-byte characters and one byte', `{"${'€'.repeat(171)}":1}`, `/${'€'.repeat(171)}`],
  ['a control character in a metadata key', '{"a\\u0000":1}', '/a\u0000'],
  ['a C1 control character in a metadata key', '{"a\u0085":1}', '/a\u0085'],
  ['a duplicate name', '{"a":{"b":1,"b":2}}', '/a/b'],
  ['a duplicate name spelt with an escape', '{"a":{"b":1,"\\u0062":2}}', '/a/b'],
  ['a duplicate metadata key', '{"a/b":1,"a\\/b":2}', '/a~1b'],
  ['a duplicate among many names', `{"a":{${[...Array(20).keys(), 3].map((n) => `"n${n}":0`).join()}}}`, '/a/n3'],
  ['a duplicate __proto__', '{"a":{"__proto__":1,"__proto__":2}}', '/a/__proto__'],
]

const MISTYPED: readonly (readonly [name: string, metadata: string, types: string, pointer: string])[] = [
  ['a Uri that is a number', '{"a":1}', '{"/a":"Uri"}', '/a'],
  ['a Path that is null', '{"a":null}', '{"/a":"Path"}', '/a'],
  ['a DType that is an object', '{"a":{}}', '{"/a":"DType"}', '/a'],
  ['a StorageSize that is a string', '{"a":"1"}', '{"/a":"StorageSize"}', '/a'],
  ['a StorageSize below 0', '{"a":-1}', '{"/a":"StorageSize"}', '/a'],
  ['a StorageSize with a fraction', '{"a":1.5}', '{"/a":"StorageSize"}', '/a'],
  ['a StorageSize that an exponent makes a fraction', '{"a":15e-1}', '{"/a":"StorageSize"}', '/a'],
  ['an unknown type', '{"a":"x"}', '{"/a":"URI"}', '/a'],
  ['a type that is no string', '{"a":"x"}', '{"/a":1}', '/a'],
  ['a pointer to no key', '{"a":"x"}', '{"/b":"Uri"}', '/b'],
  ['a pointer to no member', '{"a":{"b":"x"}}', '{"/a/c":"Uri"}', '/a/c'],
  ['a pointer past an array', '{"a":["x"]}', '{"/a/1":"Uri"}', '/a/1'],
  ['a pointer to an index with a leading zero', '{"a":["x"]}', '{"/a/00":"Uri"}', '/a/00'],
  ['a pointer to the end of an array', '{"a":["x"]}', '{"/a/-":"Uri"}', '/a/-'],
  ['a pointer into a string', '{"a":"x"}', '{"/a/0":"Uri"}', '/a/0'],
  ['a pointer to all of the metadata', '{"a":"x"}', '{"":"Uri"}', ''],
  ['a pointer without its slash', '{"a":"x"}', '{"a":"Uri"}', 'a'],
  ['a pointer with a broken escape', '{"a~2":"x"}', '{"/a~2":"Uri"}', '/a~2'],
  ['a pointer of a million parts', '{"a":"x"}', `{"/a${'/0'.repeat(1_000_000)}":"Uri"}`, `/a${'/0'.repeat(2047)}`],
  ['a lone surrogate in a pointer', '{"a":"x"}', '{"/\\ud800":"Uri"}', ''],
  ['a duplicate pointer', '{"a":"x"}', '{"/a":"Uri","/a":"Uri"}', '/a'],
]

export function values(app: Subject): void {
  const path = '/v1/runs'
  const newRun = async () =>
    (await jsonOf<RunBody>(app().send('POST', path, `{"name":"values-${randomUUID()}"}`), 201)).name
  const log = (run: string, body: string) => app().send('POST', `${path}/${run}/metadata`, body)
  const textOf = async (run: string) => (await app().request(`${path}/${run}`)).text()

  it.each(LITERALS)('reads back %s as it was sent', async (literal) => {
    const run = await newRun()
    await jsonOf(log(run, `{"metadata":{"value":${literal}}}`), 201)
    expect(await textOf(run)).toContain(`"metadata":{"value":${literal}},"types":{}`)
  })

  it.each(KEYS)('treats the key %j like any other', async (key) => {
    const run = await newRun()
    const member = `${JSON.stringify(key)}:1.0`
    await jsonOf(log(run, `{"metadata":{${member}}}`), 201)
    expect(await textOf(run)).toContain(`"metadata":{${member}},`)
  })

  it('drops insignificant whitespace, and only that', async () => {
    const run = await newRun()
    await jsonOf(log(run, ' { "metadata" :\n{ "a" : [ 1.0 ,\t" \\t {} " , { } ] } }\r\n'), 201)
    expect(await textOf(run)).toContain('"metadata":{"a":[1.0," \\t {} ",{}]}')
  })

  it.each(REFUSED)('refuses %s with its pointer, and writes nothing', async (_, metadata, pointer) => {
    const run = await newRun()
    const problem = await refusalOf(log(run, `{"metadata":${metadata}}`), 422, 'invalid_value')
    expect(problem.pointer).toBe(pointer)
    expect(problem.reason).toMatch(/\S/)
    expect(await textOf(run)).toContain('"metadata":{},')
  })

  it('refuses the whole log for one bad key', async () => {
    const run = await newRun()
    await refusalOf(log(run, '{"metadata":{"good":1,"bad":"\\ud800","fine":2}}'), 422, 'invalid_value')
    expect(await textOf(run)).toContain('"metadata":{},')
  })

  it('keeps types at any depth, whether they are before or after the values in the body', async () => {
    const types = {
      '/dataset': 'Uri',
      '/stats/size': 'StorageSize',
      '/stats/files/1/a~1b~0c': 'Path',
      '/stats/': 'DType',
      '/big': 'StorageSize',
      '/whole': 'StorageSize',
    }
    const metadata =
      '{"dataset":"s3://b/k","stats":{"size":1024,"files":[0,{"a/b~c":"/tmp"}],"":"f32"},"big":1e400,"whole":2.50e1}'
    for (const body of [
      `{"metadata":${metadata},"types":${JSON.stringify(types)}}`,
      `{"types":${JSON.stringify(types)},"metadata":${metadata}}`,
    ]) {
      const run = await newRun()
      await jsonOf(log(run, body), 201)
      const text = await textOf(run)
      expect(text).toContain(`"metadata":${metadata},`)
      expect(JSON.parse(text).types).toEqual(types)
    }
  })

  it.each(MISTYPED)('refuses %s with its pointer, and writes nothing', async (_, metadata, types, pointer) => {
    const run = await newRun()
    const problem = await refusalOf(log(run, `{"metadata":${metadata},"types":${types}}`), 422, 'invalid_value')
    expect(problem.pointer).toBe(pointer)
    expect(await textOf(run)).toContain('"metadata":{},')
  })

  // A regular expression that searched for trailing zeros took three minutes.
  it('checks a StorageSize of half a million digits quickly', async () => {
    const run = await newRun()
    const size = `1${'0'.repeat(500_000)}1`
    await jsonOf(log(run, `{"metadata":{"a":${size}},"types":{"/a":"StorageSize"}}`), 201)
  })

  describe('sizes', () => {
    const text = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2))

    it('accepts a value of 1 MiB and refuses a larger one with limit and size', async () => {
      const run = await newRun()
      await jsonOf(log(run, `{"metadata":{"value":${text(1_048_576)}}}`), 201)
      const problem = await refusalOf(log(run, `{"metadata":{"value":${text(1_048_577)}}}`), 422, 'invalid_value')
      expect(problem.detail).toMatch(/1048577.*1048576/)
      expect(problem.pointer).toBe('/value')
    })

    it('does not count insignificant whitespace in a value', async () => {
      const run = await newRun()
      const spread = `[${' '.repeat(100)}${text(1_048_574)}${' '.repeat(100)}]`
      await jsonOf(log(run, `{"metadata":{"value":${spread}}}`), 201)
    })

    it('accepts 10,000 keys and refuses one more with limit and count', async () => {
      const run = await newRun()
      const keys = (count: number) => [...Array(count).keys()].map((key) => `"k${key}":${key}`).join()
      await jsonOf(log(run, `{"metadata":{${keys(10_000)}}}`), 201)
      const problem = await refusalOf(log(run, `{"metadata":{${keys(10_001)}}}`), 413, 'payload_too_large')
      expect(problem.detail).toMatch(/10001.*10000/)
      expect(JSON.parse(await textOf(run)).metadata.k9999).toBe(9999)
    })

    it('refuses a body over 4 MiB with limit and size', async () => {
      const run = await newRun()
      const body = `{"metadata":{"a":1}}${' '.repeat(4_194_304)}`
      const problem = await refusalOf(log(run, body), 413, 'payload_too_large')
      expect(problem.detail).toContain('4194304')
    })

    it('refuses a body over 5.5 MiB as a JSON string with limit and size', async () => {
      const run = await newRun()
      const body = `{"metadata":{"a":[${'"",'.repeat(1_300_000)}0]}}`
      expect(body.length).toBeLessThan(4_194_304)
      const problem = await refusalOf(log(run, body), 413, 'payload_too_large')
      expect(problem.detail).toMatch(/\d{7}.*5767168/)
    })
  })
}
