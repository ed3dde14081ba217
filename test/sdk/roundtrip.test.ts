import assert from 'node:assert/strict'
import { Client, dtype, NumberLiteral, path, storageSize, uri } from '@runmeta/sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { API_KEY, pipelineRun, RUN, receiptOf, type Sent, URL_OF_SERVER } from './stub.ts'

/** A server with one run, which returns the texts of the last log unchanged. */
function echo(): Client {
  let last = '{}'
  const answer = ({ method, body = '' }: Pick<Sent, 'method' | 'body'>): Response => {
    if (method === 'POST') {
      last = body
      return new Response(JSON.stringify(receiptOf()), { status: 201 })
    }
    // If a member is repeated the last one counts, so the types of a log replace the empty ones.
    return new Response(`${JSON.stringify({ ...RUN, steps: {}, types: {} }).slice(0, -1)},${last.slice(1)}`)
  }
  return new Client({ url: URL_OF_SERVER, apiKey: API_KEY, fetch: async (_, request) => answer(request) })
}

async function loggedAndRead(value: unknown): Promise<unknown> {
  const client = echo()
  await client.run('nightly').logMetadata({ metadata: { value } })
  return (await client.getPipelineRun('nightly')).runMetadata.value
}

const digits = (least: number, most: number) => fc.stringMatching(new RegExp(`^[0-9]{${least},${most}}$`))
const beyond = fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n })
const large = fc.tuple(fc.boolean(), beyond).map(([isNegative, value]) => (isNegative ? -value : value))
// More digits or a larger exponent than a double can have.
const literal = fc
  .oneof(
    fc.tuple(digits(25, 40), fc.integer({ min: -400, max: 400 })).map(([more, power]) => `3.${more}7e${power}`),
    fc
      .tuple(fc.constantFrom('', '-'), fc.integer({ min: 400, max: 99_999 }))
      .map(([sign, power]) => `7e${sign}${power}`),
  )
  .map((text) => new NumberLiteral(text))
const size = fc.oneof(fc.maxSafeNat(), beyond, fc.double({ min: 2 ** 53, max: 1e308, noNaN: true }).map(Math.floor))
const typed = fc.oneof(
  fc.string({ unit: 'binary' }).map(uri),
  fc.string().map(path),
  fc.string().map(dtype),
  size.map(storageSize),
)
const name = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', '', 'a.b', 'a/b', '~', '~1', '0'),
)

const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    fc.constant(null),
    fc.boolean(),
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    large,
    literal,
    typed,
    fc.array(tie('value')),
    fc.array(fc.tuple(name, tie('value'))).map((entries) => Object.fromEntries(entries)),
  ),
}))

test('a value is read as it was logged', async () => {
  await fc.assert(
    fc.asyncProperty(anyValue, async (value) => {
      assert.deepStrictEqual(await loggedAndRead(value), value)
    }),
    { numRuns: 500 },
  )
})

test('a value that was read and logged again is read as the same value', async () => {
  const number = fc
    .tuple(
      fc.constantFrom('', '-'),
      fc.integer({ min: 0 }),
      fc.oneof(fc.constant(''), digits(1, 30)),
      fc.integer({ min: -400, max: 400 }),
    )
    .map(
      ([sign, whole, fraction, power]) =>
        `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}${power === 0 ? '' : `e${power}`}`,
    )
  await fc.assert(
    fc.asyncProperty(number, async (text) => {
      const client = new Client({
        url: URL_OF_SERVER,
        apiKey: API_KEY,
        fetch: () => pipelineRun(`{"value":${text}}`)(NEVER_READ),
      })
      const { value } = (await client.getPipelineRun('nightly')).runMetadata
      assert.deepStrictEqual(await loggedAndRead(value), value)
    }),
  )
})

test('a safe integer in plain digits is a number, a larger one is a bigint', async () => {
  await fc.assert(
    fc.asyncProperty(fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }), async (value) => {
      const isSafe = value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
      expect(await loggedAndRead(value)).toBe(isSafe ? Number(value) : value)
    }),
  )
})

const NEVER_READ: Sent = {
  url: '',
  path: '',
  at: 0,
  method: 'GET',
  headers: {},
  redirect: 'manual',
  signal: new AbortController().signal,
}
