import { bytesAsString } from '@runmeta/core/json/size'
import { emptyState, foldLog } from '@runmeta/core/metadata/fold'
import { pageMembers, pageOf } from '@runmeta/core/metadata/page'
import { createPositions } from '@runmeta/core/metadata/position'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', '/', '~', 'é', '😀', ':', '{') })
const value = fc
  .oneof(text, fc.integer(), fc.array(text), fc.dictionary(text, text))
  .map((json) => JSON.stringify(json))
const mark = fc.tuple(text, fc.constantFrom('Uri', 'Path', 'DType', 'StorageSize'))
const entry = fc.record({ key: text, value, types: fc.array(mark, { maxLength: 3 }) })
const log = fc.record({
  step: fc.option(text, { nil: undefined }),
  isRelated: fc.boolean(),
  unset: fc.option(text, { nil: undefined }),
  entries: fc.uniqueArray(entry, { selector: ({ key }) => key, maxLength: 5 }),
})

describe('a page of a run', () => {
  it('counts every byte of its content as a JSON string', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(log, { maxLength: 20 }), async (logs) => {
        const state = emptyState()
        const position = createPositions()
        for (const { step, isRelated, unset, entries } of logs) {
          foldLog(state, {
            position: position(1_800_000_000_000),
            isRelated,
            load: async () => undefined,
            entries: entries.map(({ key, value, types }) => ({ key, types, length: value.length, text: () => value })),
            ...(step === undefined ? {} : { step }),
            ...(unset === undefined ? {} : { unset }),
          })
        }
        const page = await pageOf(state)
        const bytes = bytesAsString(pageMembers(page))
        const members = [page.run, ...page.steps.values()].flatMap(({ values, types }) => [values, types])
        // Each list has one comma less than members.
        const lists = [...members, [...page.steps]].filter((list) => list.length > 0)
        expect(page.bytes - lists.length).toBe(bytes)
        expect(bytes + 2).toBe(Buffer.byteLength(JSON.stringify(pageMembers(page))))
      }),
    )
  })
})
