import { InvalidValueError, NumberLiteral, path, storageSize, uri } from '@runmeta/sdk'
import { describe, expect, test } from 'vitest'
import { clientOf, errorOf, receipt } from './stub.ts'

class Callback {
  x = 1
  call = () => this.x
}

const circle: { self?: unknown } = {}
circle.self = { again: [circle] }
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])
const thrown = new Error('a getter of the user')

/** The error for this metadata; no request may have been sent. */
async function refusalOf(metadata: unknown): Promise<unknown> {
  const { client, sent } = clientOf([receipt()])
  // As from plain JavaScript, without types.
  const error = await errorOf(Reflect.apply(client.logMetadata, client, [{ metadata, runIdNameOrPrefix: 'nightly' }]))
  expect(sent).toHaveLength(0)
  return error
}

describe('a value that JSON cannot hold is refused with its place, before anything is sent', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['NaN', { m: { a: Number.NaN } }, '/m/a', /NaN/],
    ['Infinity', { m: [1, Number.POSITIVE_INFINITY] }, '/m/1', /infinite/],
    ['minus Infinity', { m: Number.NEGATIVE_INFINITY }, '/m', /infinite/],
    ['undefined in an array', { m: { 'a/b': { '~': [undefined] } } }, '/m/a~1b/~0/0', /undefined/],
    ['a hole', { m: Object.assign(Array(3), { 0: 1, 2: 3 }) }, '/m/1', /undefined/],
    ['a function', { m: [() => 1] }, '/m/0', /function/],
    ['a symbol', { m: Symbol('s') }, '/m', /symbol/],
    ['a member named by a symbol', { m: { [Symbol('s')]: 1 } }, '/m', /symbol/],
    ['a cycle', { m: circle }, '/m/self/again/0', /contains itself/],
    ['65 brackets', { m: nested(65) }, `/m${'/0'.repeat(64)}`, /64 brackets/],
    ['a Map', { m: new Map() }, '/m', /Map.*Object\.fromEntries/],
    ['a Set', { m: new Set() }, '/m', /Set.*\[\.\.\.it\]/],
    ['a RegExp', { m: /a/ }, '/m', /RegExp.*source/],
    ['an Error', { m: new RangeError('x') }, '/m', /Error.*message/],
    ['a promise', { m: Promise.resolve(1) }, '/m', /Promise.*await/],
    ['a typed array', { m: new Float64Array(2) }, '/m', /Float64Array.*Array\.from/],
    ['bytes', { m: new ArrayBuffer(2) }, '/m', /ArrayBuffer/],
    ['a number object', { m: Object(1) }, '/m', /Number.*valueOf/],
    ['an instance of a class that holds a function', { m: new Callback() }, '/m/call', /function/],
    ['what must be awaited', { m: Object.fromEntries([['then', () => 1]]) }, '/m', /await/],
    ['a date without a time', { m: new Date(Number.NaN) }, '/m', /Date/],
    ['a toJSON that gives nothing', { m: { toJSON: () => undefined } }, '/m', /undefined/],
    ['no metadata', undefined, '', /an object/],
    ['null', null, '', /an object/],
    ['a string', 'a', '', /an object/],
    ['an array', [1], '', /an object/],
    ['a typed value', uri('a'), '', /an object/],
    ['a literal', new NumberLiteral('1e400'), '', /an object/],
    ['a date', new Date(0), '', /an object/],
    ['a Map of all', new Map(), '', /Object\.fromEntries/],
  ])('%s', async (_, metadata, pointer, reason) => {
    const error = await refusalOf(metadata)
    expect(error).toBeInstanceOf(InvalidValueError)
    expect(error).toMatchObject({ code: 'invalid_value', status: 422, attempts: 0, retryable: false, pointer })
    expect(error).toHaveProperty('reason', expect.stringMatching(reason))
    expect(error).toHaveProperty(
      'message',
      expect.stringContaining(pointer === '' ? 'metadata: ' : `metadata at ${pointer}: `),
    )
  })

  test.each<[string, object]>([
    ['toJSON', { toJSON: fail }],
    [
      'getter',
      {
        get value() {
          return fail()
        },
      },
    ],
  ])('the error of a %s is the cause', async (_, value) => {
    const error = await refusalOf({ m: [value] })
    expect(error).toMatchObject({ name: 'InvalidValueError', pointer: '/m/0', cause: thrown })
  })
})

function fail(): never {
  throw thrown
}

describe('typed values are checked when they are created', () => {
  test.each<[string, unknown]>([
    ['a fraction', 1.5],
    ['less than 0', -1],
    ['a bigint less than 0', -1n],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['a literal of a fraction', new NumberLiteral('1e-400')],
    ['a literal less than 0', new NumberLiteral('-1e400')],
  ])('storageSize refuses %s', (_, value) => {
    expect(() => Reflect.apply(storageSize, undefined, [value])).toThrow(RangeError)
  })

  test.each<[string, unknown]>([
    ['0', 0],
    ['a bigint', 2n ** 70n],
    ['a whole literal', new NumberLiteral('1.50e400')],
    ['a large number', 1e300],
  ])('storageSize accepts %s', (_, value) => {
    expect(storageSize.is(Reflect.apply(storageSize, undefined, [value]))).toBe(true)
  })

  test.each<[string, (...values: never[]) => unknown, unknown]>([
    ['storageSize', storageSize, '1'],
    ['uri', uri, new URL('https://example.com')],
    ['path', path, undefined],
  ])('%s refuses other kinds of values', (_, make, value) => {
    expect(() => Reflect.apply(make, undefined, [value])).toThrow(TypeError)
  })

  test.each(['', '01', '1.', '.5', '+1', '0x10', 'NaN', '1e', ' 1', '1 '])('NumberLiteral refuses %j', (text) => {
    expect(() => new NumberLiteral(text)).toThrow(TypeError)
  })
})
