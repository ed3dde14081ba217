import { Client, NumberLiteral } from '@runmeta/sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { API_KEY, RUN, URL_OF_SERVER } from './stub.ts'

/** A literal as an exact fraction of two integers. */
function fractionOf(literal: string): readonly [bigint, bigint] {
  const [mantissa = '', power = '0'] = literal.toLowerCase().split('e')
  const [whole = '', decimals = ''] = mantissa.split('.')
  const shift = BigInt(power) - BigInt(decimals.length)
  const top = BigInt((whole + decimals).replace('-', '')) * (literal.startsWith('-') ? -1n : 1n)
  return shift >= 0n ? [top * 10n ** shift, 1n] : [top, 10n ** -shift]
}

const isSame = (one: string, other: string): boolean => {
  const [a, b] = fractionOf(one)
  const [c, d] = fractionOf(other)
  return a * d === c * b
}

/** The kind that the contract states for a literal, computed in another way. */
function expected(literal: string): 'number' | 'bigint' | 'literal' {
  const isPlain = !/[.e]/i.test(literal)
  if (isPlain && BigInt(literal) ** 2n > BigInt(Number.MAX_SAFE_INTEGER) ** 2n) return 'bigint'
  const double = Number(literal)
  return Number.isFinite(double) && isSame(literal, String(double)) ? 'number' : 'literal'
}

async function readOf(literal: string): Promise<unknown> {
  const text = `${JSON.stringify({ ...RUN, types: {}, steps: {} }).slice(0, -1)},"metadata":{"value":${literal}}}`
  const client = new Client({ url: URL_OF_SERVER, apiKey: API_KEY, fetch: () => new Response(text) })
  return (await client.getPipelineRun('nightly')).runMetadata.value
}

const sign = fc.constantFrom('', '-')
const whole = fc.oneof(fc.nat(20).map(String), fc.bigInt({ min: 0n, max: 10n ** 25n }).map(String))
const decimals = fc.oneof(
  fc.constant(''),
  fc.stringMatching(/^[0-9]{1,25}$/).map((digits) => `.${digits}`),
)
const power = fc.oneof(
  fc.constant(''),
  fc.tuple(fc.constantFrom('e', 'E', 'e+', 'E-', 'e-0'), fc.nat(345)).map(([mark, digits]) => `${mark}${digits}`),
)
const written = fc.tuple(sign, whole, decimals, power).map((parts) => parts.join(''))
// A double's own digits in another notation are the hardest to distinguish from digits that are only close.
const shifted = fc
  .tuple(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom('', '0', '00', '1'))
  .map(([double, more]) => {
    const [mantissa = '', exponent = ''] = double.toExponential().split('e')
    return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}${more}e${exponent}`
  })

test('a number literal becomes the value that the contract states', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(written, shifted), async (literal) => {
      const value = await readOf(literal)
      const kind = expected(literal)
      if (kind === 'literal') expect(NumberLiteral.is(value) && value.text).toBe(literal)
      if (kind === 'bigint') expect(value).toBe(BigInt(literal))
      if (kind === 'number') expect(value).toBe(Number(literal))
    }),
    { numRuns: 2000 },
  )
})
