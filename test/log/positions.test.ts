import { checkAfter, createPositions } from '@runmeta/core/metadata/position'
import { createClock, type MachineClock } from '@runmeta/core/table/clock'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('positions', () => {
  it('increase within a process, even if its clock steps back by up to a second', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 2, maxLength: 200 }), (steps) => {
        const position = createPositions()
        let highest = 1_800_000_000_000
        let now = highest
        let last = ''
        for (const step of steps) {
          now = Math.max(now + step, highest - 999)
          highest = Math.max(highest, now)
          const next = position(now)
          expect(next).toMatch(/^[0-9a-hjkmnp-tv-z]{21}$/)
          expect(next > last).toBe(true)
          last = next
        }
      }),
    )
  })

  it('never repeat, and are later than the given one', () => {
    const position = createPositions()
    const seen = new Set<string>()
    let after = position(1_800_000_060_000)
    for (let n = 0; n < 100_000; n++) {
      const next = position(1_800_000_000_000, after)
      expect(next > after && !seen.has(next)).toBe(true)
      seen.add(next)
      after = next
    }
    checkAfter(after, 1_800_000_000_100)
    expect(() => checkAfter(after, 1_799_999_999_000)).toThrow(/60 s/)
  })

  it('of other callers do not move ahead because of one caller’s `after`', () => {
    const position = createPositions()
    const ahead = createPositions()(1_800_000_050_000)
    expect(position(1_800_000_000_000, ahead) > ahead).toBe(true)
    expect(position(1_800_000_000_000) < ahead).toBe(true)
  })
})

/** A machine whose clock is off, and a store whose replies have a time in whole seconds. */
class World implements MachineClock {
  time = 1_800_000_000_000
  off = 0
  readonly wallClock = () => this.time + this.off
  readonly monotonic = () => this.time - 1_700_000_000_000
  exchange(clock: ReturnType<typeof createClock>, there: number, back: number): void {
    const sent = clock.local()
    this.time += there
    const date = Math.floor(this.time / 1000) * 1000
    this.time += back
    clock.observe({ date, sent, received: clock.local() })
  }
}

describe('the clock', () => {
  const latency = fc.tuple(fc.nat({ max: 200 }), fc.nat({ max: 200 }), fc.nat({ max: 3000 }))

  it('is within a second of the store’s after one reply, however wrong the machine’s clock is, and stays so', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -600_000, max: 600_000 }),
        fc.array(latency, { minLength: 1, maxLength: 30 }),
        (off, waits) => {
          const world = new World()
          world.off = off
          const clock = createClock(world)
          for (const [there, back, pause] of waits) {
            world.exchange(clock, there, back)
            expect(Math.abs(clock.now() - world.time)).toBeLessThanOrEqual(1000 + there + back)
            world.time += pause
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('does not correct a clock that agrees', () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 30 }), (waits) => {
        const world = new World()
        const clock = createClock(world)
        for (const [there, back, pause] of waits) {
          world.exchange(clock, there, back)
          expect(clock.now()).toBe(world.time)
          world.time += pause
        }
      }),
    )
  })

  it('detects a jump of the machine’s clock, and is right again after the next reply', () => {
    for (const jump of [300_000, -300_000, 2000]) {
      const world = new World()
      const clock = createClock(world)
      world.exchange(clock, 5, 5)
      expect(clock.jumpCount()).toBe(0)
      world.off = jump
      expect(clock.jumpCount()).toBe(1)
      world.exchange(clock, 5, 5)
      expect(clock.jumpCount()).toBe(1)
      expect(Math.abs(clock.now() - world.time)).toBeLessThanOrEqual(1010)
    }
  })

  it('works without dates in the replies', () => {
    const world = new World()
    const clock = createClock(world)
    clock.observe({ date: Number.NaN, sent: world.wallClock(), received: world.wallClock() })
    expect(clock.now()).toBe(world.time)
  })
})
