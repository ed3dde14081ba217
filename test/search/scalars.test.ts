import { after, compareText, cutText, indexText, orderText, stringText } from '@runmeta/core/json/order'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** digits × 10^exponent, for exact comparison. */
interface Decimal {
  readonly digits: bigint
  readonly exponent: number
}

const decimal: fc.Arbitrary<Decimal> = fc.record({
  digits: fc.oneof(fc.bigInt({ min: -1000n, max: 1000n }), fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n })),
  exponent: fc.oneof(fc.integer({ min: -30, max: 30 }), fc.integer({ min: -400, max: 400 })),
})

function compareDecimals(one: Decimal, other: Decimal): number {
  const least = Math.min(one.exponent, other.exponent)
  const [a, b] = [one, other].map(({ digits, exponent }) => digits * 10n ** BigInt(exponent - least))
  return Number((a ?? 0n) > (b ?? 0n)) - Number((a ?? 0n) < (b ?? 0n))
}

/** A random notation of a number: the point anywhere, zeros at either end, the exponent padded. */
const written = ({ digits, exponent }: Decimal): fc.Arbitrary<string> =>
  fc
    .record({
      point: fc.nat({ max: 50 }),
      zeros: fc.nat({ max: 5 }),
      e: fc.constantFrom('e', 'E'),
      pad: fc.nat({ max: 3 }),
    })
    .map(({ point, zeros, e, pad }) => {
      const text = String(digits < 0n ? -digits : digits) + '0'.repeat(zeros)
      const padded = text.padStart(point + 1, '0')
      const split = padded.length - point
      const fraction = point > 0 ? `.${padded.slice(split)}` : ''
      const power = exponent - zeros + point
      const size = '0'.repeat(pad) + Math.abs(power)
      return `${digits < 0n ? '-' : ''}${padded.slice(0, split).replace(/^0+(?=\d)/, '')}${fraction}${e}${power < 0 ? '-' : '+'}${size}`
    })

const literal = decimal.chain((value) => written(value).map((text) => ({ value, text })))
const sign = (number: number): number => Math.sign(number)
const codePoints = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other))

describe('the order text of a number', () => {
  it('sorts like the value, however the number is written', () => {
    fc.assert(
      fc.property(literal, literal, (one, other) => {
        expect(sign(compareText(orderText(one.text), orderText(other.text)))).toBe(
          compareDecimals(one.value, other.value),
        )
      }),
      { numRuns: 20_000 },
    )
  })

  it('is the same for two spellings of one number', () => {
    fc.assert(
      fc.property(
        decimal.chain((value) => fc.tuple(written(value), written(value))),
        ([one, other]) => {
          expect(orderText(one)).toBe(orderText(other))
        },
      ),
      { numRuns: 10_000 },
    )
  })

  it.each([
    ['9007199254740992', '9007199254740993'],
    ['1e308', '1e400'],
    ['0', '5e-324'],
    ['-1e-400', '0'],
    ['-1.1', '-1'],
    ['-10', '-9'],
    ['1', '1.0000000000000000000000000000001'],
    ['9e999999999999999999999', '1e1000000000000000000001'],
    ['1e-1000000000000000000001', '1e-1000000000000000000000'],
    [`1e${'9'.repeat(5000)}`, `1e1${'0'.repeat(5000)}`],
  ])('puts %s below %s', (one, other) => {
    expect(compareText(orderText(one), orderText(other))).toBeLessThan(0)
    expect(compareText(orderText(other), orderText(one))).toBeGreaterThan(0)
  })

  it.each([
    ['0.1', '1e-1'],
    ['-0', '0'],
    ['0e99999999999999999999999', '0.0'],
    ['100', '1E+2'],
    [`10e${'9'.repeat(40)}`, `1e1${'0'.repeat(40)}`],
    [`0.01e1${'0'.repeat(40)}`, `1e${'9'.repeat(39)}8`],
    [`0.1e-${'9'.repeat(40)}`, `1e-1${'0'.repeat(40)}`],
    ['1e-0000', '1'],
  ])('is the same for %s and %s', (one, other) => expect(orderText(one)).toBe(orderText(other)))

  it('is computed in linear time for a literal of a megabyte', () => {
    for (const long of [`1e${'9'.repeat(1e6)}`, '1'.repeat(1e6), `0.${'0'.repeat(1e6)}1e-${'1'.repeat(30)}`]) {
      expect(orderText(long).length).toBeLessThan(2e6)
    }
  })
})

describe('the order text of a string', () => {
  const text = fc.string({ unit: 'binary' })

  it('is in the order of code points, like the store, and sorts before longer strings', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const [a, b] = [orderText(JSON.stringify(one)), orderText(JSON.stringify(other))]
        expect(sign(compareText(a, b))).toBe(sign(codePoints(one, other)))
        expect(sign(codePoints(`${a}\t~`, `${b}\t~`))).toBe(sign(codePoints(one, other)))
      }),
      { numRuns: 10_000 },
    )
  })

  it('is cut to the size of an index key without changing the order', () => {
    const character = fc.constantFrom('a', '\u007f', 'é', '\u07ff', '€', '\uffff', '😀')
    const tail = fc.array(character, { maxLength: 3 }).map((characters) => characters.join(''))
    const head = fc.integer({ min: 894, max: 899 }).map((bytes) => 'x'.repeat(bytes))
    fc.assert(
      fc.property(head, fc.oneof(text, tail), fc.oneof(text, tail), (alike, oneTail, otherTail) => {
        const [one, other] = [alike + oneTail, alike + otherTail]
        const [a, b] = [indexText(stringText(one)), indexText(stringText(other))]
        expect(Buffer.byteLength(a)).toBeLessThanOrEqual(900)
        expect(sign(compareText(a, b)) * sign(codePoints(one, other))).toBeGreaterThanOrEqual(0)
        const whole = stringText(one)
        expect(indexText(cutText(whole), cutText(whole) !== whole)).toBe(a)
      }),
      { numRuns: 2000 },
    )
  })

  it('has an upper bound for all strings with that prefix', () => {
    fc.assert(
      fc.property(text, text, (prefix, rest) => {
        const end = after(stringText(prefix))
        expect(end === undefined || compareText(stringText(prefix + rest), end) < 0).toBe(true)
      }),
    )
  })
})

it('scalars are sorted by kind: numbers, strings, booleans, null', () => {
  const sorted = ['-1e9', '0', '1e400', '""', '"\\u0000"', '"0"', '"~"', '"😀"', 'false', 'true', 'null']
  expect(sorted.toSorted((one, other) => compareText(orderText(one), orderText(other)))).toEqual(sorted)
})
