import { Readable } from 'node:stream'
import { splitLines } from '@runmeta/cli/file'
import fc from 'fast-check'
import { expect, it } from 'vitest'

async function linesIn(text: string, size: number): Promise<string[]> {
  const bytes = Buffer.from(text)
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  )
  const lines: string[] = []
  for await (const line of splitLines(Readable.from(chunks))) lines.push(line)
  return lines
}

it.each([1, 2, 3, 100])('lines end only at line breaks, in chunks of %i bytes', async (size) => {
  const text = '{"a":"\u2028\u2029\u0085\v\f"}\n€🔑\r\n\n\r\nlast'
  expect(await linesIn(text, size)).toEqual(['{"a":"\u2028\u2029\u0085\v\f"}', '€🔑', '', '', 'last'])
  expect(await linesIn('', size)).toEqual([])
  expect(await linesIn('one\r\n', size)).toEqual(['one'])
})

it('lines are those that were joined, whatever the chunks are', async () => {
  const line = fc.string({ unit: 'binary' }).filter((text) => !/[\r\n\ufeff]/.test(text))
  await fc.assert(
    fc.asyncProperty(
      fc.array(line),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 9 }),
      async (lines, end, size) => {
        expect(await linesIn(lines.map((text) => text + end).join(''), size)).toEqual(lines)
      },
    ),
  )
})
