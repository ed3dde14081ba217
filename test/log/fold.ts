import { foldSegments, toSegments } from '@runmeta/core/metadata/checkpoint/segment'
import { emptyState, foldLog, inOrder, load, type State } from '@runmeta/core/metadata/fold'
import type { LogValues, StoredValue } from '@runmeta/core/metadata/log'
import { pageMembers, pageOf } from '@runmeta/core/metadata/page'
import type { Item, Key } from '@runmeta/core/table/port'
import fc from 'fast-check'
import { expect } from 'vitest'

/** Properties of the fold over random logs. */

const KEYS = ['a', 'b', '__proto__', 'a/b', '']
const STEPS = ['one', 'other', '__proto__']

const entry = (key: string, text: string, isTyped: boolean): StoredValue => ({
  key,
  text: () => text,
  length: text.length,
  types: isTyped ? [['', 'Uri']] : [],
})

const value = fc.oneof(
  fc.nat({ max: 9 }).map(String),
  fc.constantFrom('"é𐀀\\n"', '1e400', '-0', '[]', '{"x":[1,{"y":null}]}', JSON.stringify('long'.repeat(400))),
)

const entries = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...KEYS), value, fc.boolean()), {
    minLength: 1,
    selector: ([key]) => key,
  })
  .map((all) => all.map(([key, text, isTyped]) => entry(key, text, isTyped && text.startsWith('"'))))

const says = fc.oneof(
  { weight: 4, arbitrary: entries.map((logged) => ({ entries: logged })) },
  { weight: 1, arbitrary: fc.constantFrom(...KEYS).map((unset) => ({ entries: [], unset })) },
)

const log = fc
  .tuple(fc.nat({ max: 60 }), fc.option(fc.constantFrom(...STEPS), { nil: undefined }), fc.boolean(), says)
  .map(([at, step, isRelated, said]): LogValues & { at: number } => ({
    at,
    position: String(at).padStart(4, '0'),
    isRelated,
    load: async () => undefined,
    ...said,
    ...(step === undefined ? {} : { step }),
  }))

export const logs = fc.uniqueArray(log, { selector: ({ at }) => at, maxLength: 14 })

/** The JSON members of a reply. */
const shown = async (state: State): Promise<string> => `{${pageMembers(await pageOf(state))}}`

function folded(all: readonly LogValues[], state = emptyState()): State {
  for (const one of all) foldLog(state, one)
  return state
}

/** The state after it is stored as a checkpoint and read back. */
async function keptApart(state: State): Promise<State> {
  await load([...inOrder(state)].map(({ latest }) => latest))
  const { items, parts } = await toSegments('p/r', 'c', state)
  const bySk = new Map(items.map((item) => [item.sk, item]))
  const getMany = async (keys: readonly Key[]): Promise<Item[]> => keys.flatMap(({ sk }) => bySk.get(sk) ?? [])
  const read = emptyState()
  await foldSegments(read, { getMany }, 'p/r', { id: 'c', parts })
  return read
}

const below = (all: readonly (LogValues & { at: number })[], watermark: number) =>
  all.filter(({ at }) => at < watermark)

/** Any order, repetition and two checkpoints give the same reply as the logs in order. */
export const foldIsAJoin = fc.asyncProperty(
  logs.chain((all) =>
    fc.record({
      all: fc.constant(all),
      shuffled: fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }),
      watermarks: fc.tuple(fc.nat({ max: 61 }), fc.nat({ max: 61 })),
    }),
  ),
  async ({ all, shuffled, watermarks }) => {
    const inTurn = [...all].sort((one, other) => one.at - other.at)
    const once = await shown(folded(inTurn))
    expect(await shown(folded(shuffled))).toBe(once)
    const [first = 0, second = 0] = [...watermarks].sort((one, other) => one - other)
    // The second checkpoint is made from the first one and later logs, some of which the first one already includes.
    const early = await keptApart(folded(below(shuffled, first)))
    const late = await keptApart(folded(below(shuffled, second), early))
    expect(await shown(folded(shuffled, late))).toBe(once)
    expect(
      await shown(
        folded(
          shuffled.filter(({ at }) => at >= second),
          late,
        ),
      ),
    ).toBe(once)
  },
)

/** The fold equals one by brute force, which sets or unsets each key of the logs in order. */
export const foldIsTheLatest = fc.asyncProperty(logs, async (all) => {
  const expected = new Map<string, unknown>()
  for (const { step, isRelated, entries: logged, unset } of [...all].sort((one, other) => one.at - other.at)) {
    if (step !== undefined && !isRelated) continue
    for (const { key, text } of logged) expected.set(key, JSON.parse(text()))
    if (unset !== undefined) expected.delete(unset)
  }
  const { metadata } = JSON.parse(await shown(folded(all))) as { metadata: object }
  expect(new Map(Object.entries(metadata))).toEqual(expected)
})
