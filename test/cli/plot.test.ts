import { plotOf } from '@runmeta/cli/plot'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const ROWS = 13
const rowsOf = (points: readonly number[]) => plotOf(points).split('\n')
const labelsOf = (points: readonly number[]) => rowsOf(points).map((row) => row.replace(/[┼┤].*/, '').trim())

describe('a plot', () => {
  it('has the greatest number at the top and the least one at the bottom', () => {
    const labels = labelsOf([1, 3, 2])
    expect([labels.length, labels[0], labels[6], labels[12]]).toEqual([ROWS, '3.00000', '2.00000', '1.00000'])
    expect(rowsOf([1, 3, 2]).map((row) => row.slice(12).trim())).toEqual([
      '┤╭╮',
      ...Array(5).fill('┤││'),
      '┤│╰',
      ...Array(5).fill('┤│'),
      '┼╯',
    ])
  })

  it.each([
    ['1e308 and -1e308', [1e308, -1e308], '1.00000e+308', '-1.00000e+308'],
    ['the least doubles', [5e-324, 0], '4.94066e-324', '0.00000'],
    ['numbers with a long label', [-0.0000025, 0], '0.00000', '-0.00000250000'],
  ])('draws %s from the bottom to the top, with aligned labels', (_, points, high, low) => {
    const labels = labelsOf(points)
    expect([labels.length, labels[0], labels.at(-1)]).toEqual([ROWS, high, low])
    expect(new Set(rowsOf(points).map((row) => row.search(/[┼┤]/))).size).toBe(1)
  })

  it.each([
    ['0.300000', [0.3, 0.30000000000000004]],
    ['9.00720e+15', [2 ** 53 + 2, 2 ** 53 + 2, 2 ** 53 + 2]],
    ['0.500000', [0.5]],
    ['-1.79769e+308', [-Number.MAX_VALUE, -Number.MAX_VALUE]],
    ['0.00000', [0, -0]],
  ])('has one row for numbers that are all about %s', (label, points) => {
    expect(labelsOf(points)).toEqual([label])
  })

  it('has its rows and no more columns than fit, whatever the numbers are', () => {
    const any = fc.double({ noNaN: true, noDefaultInfinity: true })
    const near = any.map((least) => [least, least * (1 + Number.EPSILON)].filter(Number.isFinite))
    const points = fc.oneof(fc.array(any, { minLength: 1, maxLength: 200 }), near)
    fc.assert(
      fc.property(points, (numbers) => {
        const rows = rowsOf(numbers)
        expect([1, ROWS]).toContain(rows.length)
        expect(rows.join()).not.toMatch(/NaN|Infinity|undefined/)
        expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(80)
      }),
    )
  })
})
