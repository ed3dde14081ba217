import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBucket } from '../../bench/scale/bucket.ts'
import { record } from '../../bench/scale/load.ts'
import { createModel } from '../../bench/scale/model.ts'
import { createPartitions, cutOf, placeOf } from '../../bench/scale/partitions.ts'
import { createRandom } from '../../bench/scale/random.ts'
import { unitsOf } from '../../bench/scale/record.ts'
import { replay } from '../../bench/scale/replay.ts'
import { FIGURES } from '../cost/figures.ts'

/** The model of DynamoDB's partitions that `npm run bench:scale` replays loads on. */

/** Writes until the model refuses, within a second. */
function throughputOf(
  model: ReturnType<typeof createModel>,
  entries: readonly (readonly [string, string])[],
  seconds = 10,
): number {
  let made = 0
  for (let second = 0; second < seconds; second++) {
    model.pass(1)
    for (let n = 0; n < 10_000; n++) {
      const [pk, sk] = entries[n % entries.length] ?? ['', '']
      // Writes of many runs, so that only the index limits them.
      const write = { place: placeOf(`run-${n % 500}`, ''), units: 0, bytes: 0, entries: [placeOf(pk, sk)] }
      if (model.write(write) === undefined) made++
    }
  }
  return made / seconds
}

describe('a token bucket', () => {
  it('gives no more than its initial content and its refill', () => {
    const step = fc.record({ seconds: fc.integer({ min: 0, max: 400 }), units: fc.integer({ min: 1, max: 5000 }) })
    const rates = [fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 300 })] as const
    fc.assert(
      fc.property(...rates, fc.array(step), (rate, kept, steps) => {
        const bucket = createBucket(rate, kept)
        let [taken, passed, lost] = [0, 0, 0]
        for (const { seconds, units } of steps) {
          const before = bucket.tokens
          bucket.refill(seconds)
          passed += seconds
          lost += before + rate * seconds - bucket.tokens
          if (bucket.has(units)) {
            bucket.take(units)
            taken += units
          } else expect(() => bucket.take(units)).toThrow()
          expect(bucket.tokens).toBeGreaterThanOrEqual(0)
          expect(bucket.tokens).toBeLessThanOrEqual(rate * kept)
        }
        expect(taken + lost + bucket.tokens).toBe(rate * kept + rate * passed)
      }),
    )
  })
})

describe('a partition', () => {
  const none = () => false
  const all = () => true

  it('is split so that each side has half of its load', () => {
    const recent = Array.from({ length: 1000 }, (_, n) => placeOf(`key-${n}`, ''))
    const cut = cutOf({ low: { hash: '', sk: '' }, recent }, none)
    expect(recent.filter(({ hash }) => hash < (cut?.hash ?? ''))).toHaveLength(500)
  })

  it('that is full is split so that each side has half of its bytes', () => {
    const partitions = createPartitions({ count: 1, isWhole: all })
    for (let n = 0; n < 100; n++) {
      const place = placeOf(`key-${n}`, '')
      partitions.note(partitions.at(place), place, 1, 1e8)
    }
    for (let second = 0; second < 60; second++) partitions.tend()
    expect(partitions.all.map(({ bytes }) => bytes)).toEqual([5e9, 5e9])
  })

  it('with one key is split only if the items of the key may be split', () => {
    const recent = Array.from({ length: 100 }, (_, n) => placeOf('key', String(n).padStart(3, '0')))
    const low = { hash: '', sk: '' }
    expect(cutOf({ low, recent }, none)).toEqual(placeOf('key', '050'))
    // The key gets its own partition, which is not split further.
    const apart = cutOf({ low, recent }, all)
    expect(apart).toBeUndefined()
    const others = [...recent, placeOf('other', '')]
    expect(cutOf({ low, recent: others }, all)?.sk).toBe('')
  })
})

describe('the model', () => {
  it('refuses more than 1,000 WCU a second for a key of the table, and names its partition', () => {
    const model = createModel({ warm: 100_000 })
    const write = { place: placeOf('run', ''), units: 2, bytes: 0, entries: [] }
    for (let second = 0; second < 300; second++) {
      model.pass(1)
      const replies = Array.from({ length: 600 }, () => model.write(write))
      expect(replies.filter((refusal) => refusal === undefined)).toHaveLength(500)
      expect(replies.at(-1)).toBe('table partition')
    }
  })

  it('refuses more than 3,000 RCU a second for a key', () => {
    const model = createModel({ warm: 100_000 })
    const place = placeOf('run', '')
    const reads = () =>
      Array.from({ length: 1000 }, () => model.read(place, FIGURES.get.rcu)).filter((isThere) => isThere)
    expect(reads()).toHaveLength(750)
    model.pass(1)
    expect(reads()).toHaveLength(750)
  })

  it('refuses a write that the index refuses, without using capacity', () => {
    const model = createModel({ warm: 100_000 })
    const write = { place: placeOf('run', ''), units: 1, bytes: 0, entries: [placeOf('p', 'a'), placeOf('p', 'b')] }
    const replies = Array.from({ length: 600 }, () => model.write(write))
    expect(replies.filter((refusal) => refusal === undefined)).toHaveLength(500)
    expect(replies.at(-1)).toBe('index partition')
    expect(model.table.at(write.place).writes.tokens).toBe(500)
  })

  it.each([1, 2, 4, 8])('accepts %d times as many entries of one pointer on as many shards', (shards) => {
    // Keys on separate partitions, as those of busy shards are after a while.
    const model = createModel({ warm: 100_000, growing: new Set() })
    const keys: (readonly [string, string])[] = []
    const seen = new Set<unknown>()
    for (let n = 0; keys.length < shards; n++) {
      const partition = model.index.at(placeOf(`pointer-${n}`, ''))
      if (!seen.has(partition)) keys.push([`pointer-${n}`, ''])
      seen.add(partition)
    }
    expect(throughputOf(model, keys)).toBe(1000 * shards)
  })

  it('accepts more random values of a pointer after a while, but not more growing values', () => {
    const entries = Array.from({ length: 200 }, (_, n) => ['pointer', String((n * 37) % 200).padStart(3, '0')] as const)
    const rates = [new Set<string>(), new Set([placeOf('pointer', '').hash])].map((growing) => {
      const model = createModel({ warm: 100_000, growing })
      throughputOf(model, entries, 250)
      return throughputOf(model, entries)
    })
    expect(rates[0]).toBeGreaterThanOrEqual(3000)
    expect(rates[1]).toBe(1000)
  })

  it('accepts 4,000 WCU a second on a new table, and twice as much after a while at that load', () => {
    const model = createModel()
    const take = (each: number): number => {
      model.pass(1)
      let units = 0
      for (let n = 0; n < 400; n++) {
        const write = { place: placeOf(`run-${n}`, ''), units: each, bytes: 0, entries: [] }
        if (model.write(write) === undefined) units += each
      }
      return units
    }
    expect(take(100)).toBe(4000)
    // The saved throughput is used up while the partitions are split; then the earlier load determines the capacity.
    const taken = Array.from({ length: 3000 }, () => take(40))
    expect(taken[0]).toBeLessThanOrEqual(4000)
    expect(taken.at(-1)).toBe(16_000)
  })

  it('refuses items of a run above 10 GB', () => {
    const model = createModel()
    const write = { place: placeOf('run', ''), units: 1, bytes: 5e9, entries: [] }
    expect([model.write(write), model.write(write), model.write(write)]).toEqual([
      undefined,
      undefined,
      'collection full',
    ])
  })
})

describe('a recorded load', () => {
  it('uses the measured capacity of the calls', async () => {
    for (const isIndexed of [true, false]) {
      const { creations, logs } = await record({ isIndexed, runs: 3, shards: 1, random: createRandom(1) })
      for (const rounds of creations) expect(unitsOf(rounds)).toBe(FIGURES.create.wcu)
      const figure = isIndexed ? FIGURES.logChanged : FIGURES.logUnindexed
      for (const rounds of logs.flat()) {
        expect(unitsOf(rounds)).toBe(figure.wcu)
        expect(rounds).toHaveLength(figure.rounds)
        expect(rounds.flat()).toHaveLength(figure.requests.length)
      }
    }
  })

  it('recognizes increasing keys: lists by creation and status, and a counter', async () => {
    const keys = [
      'default/createdAt',
      'default/status',
      'default//metrics/seconds',
      'default//metrics/loss',
      'default/#id',
    ]
    const of = async (isGrowing: boolean) => {
      const { growing } = await record({ isIndexed: true, isGrowing, runs: 20, shards: 1, random: createRandom(1) })
      return keys.filter((key) => growing.has(placeOf(key, '').hash))
    }
    expect(await of(true)).toEqual(keys.slice(0, 3))
    expect(await of(false)).toEqual(keys.slice(0, 2))
  })

  it('gives the same figures with the same seed', async () => {
    const figures = async () => {
      const random = createRandom(7)
      const recording = await record({ isIndexed: true, runs: 5, shards: 2, random })
      const options = { recording, random, logsPerSecond: 2000, seconds: 20, measured: 10 }
      const { throttled, failed, addedMs } = replay({ ...options, model: createModel() })
      return [throttled, failed, addedMs(0.5), addedMs(0.99)]
    }
    const [one = []] = [await figures()]
    expect(one[0]).toBeGreaterThan(0)
    expect(await figures()).toEqual(one)
  })
})
