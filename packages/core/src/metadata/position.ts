import { randomBytes } from 'node:crypto'
import type { Positions } from '../context.ts'
import { Failure } from '../failure.ts'

/**
 * A position orders logs. It has a time in ms (10 digits), a counter (3) and random digits (8), in a base 32 whose digits
 * sort as ASCII. So positions compare as strings, and no two logs have the same one.
 */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
const POSITION = /^[0-9a-hjkmnp-tv-z]{21}$/
const WATERMARK = /^[0-9a-hjkmnp-tv-z]{10}([0-9a-hjkmnp-tv-z]{12})?$/
const TIME_DIGITS = 10
const COUNTER_DIGITS = 3
const COUNTERS = 32 ** COUNTER_DIGITS
const RANDOM_BYTES = 5

/** How far `after` may be ahead of the server's clock. Further ahead, it is not from a reply, or a clock is wrong. */
export const MAX_AHEAD_MS = 60_000
/** The positions of a process keep their order if its clock steps back by less than this. */
const MAX_STEP_BACK_MS = 1000

interface Tick {
  readonly ms: number
  readonly count: number
}

function digits(value: number, width: number): string {
  let text = ''
  let rest = value
  for (let place = 0; place < width; place++) {
    text = DIGITS.charAt(rest % 32) + text
    rest = Math.floor(rest / 32)
  }
  return text
}

const numberOf = (text: string): number => [...text].reduce((value, digit) => value * 32 + DIGITS.indexOf(digit), 0)

const tickOf = (position: string): Tick => ({
  ms: numberOf(position.slice(0, TIME_DIGITS)),
  count: numberOf(position.slice(TIME_DIGITS, TIME_DIGITS + COUNTER_DIGITS)),
})

function write({ ms, count }: Tick): string {
  // 5 random bytes are 8 digits of 5 bits.
  const random = digits(randomBytes(RANDOM_BYTES).readUIntBE(0, RANDOM_BYTES), 8)
  return digits(ms, TIME_DIGITS) + digits(count, COUNTER_DIGITS) + random
}

export const isPosition = (value: unknown): value is string => typeof value === 'string' && POSITION.test(value)
export const isWatermark = (value: unknown): value is string => typeof value === 'string' && WATERMARK.test(value)

/** The time in a position, in ms since 1970. */
export const timeOf = (position: string): number => tickOf(position).ms

/**
 * When a log was made, in ms since 1970. Unless it is imported, that is the time in its position, so that reading the run as
 * of then includes the log.
 */
export const createdAtOf = (position: string, { createdAt }: { readonly createdAt?: string }): number =>
  createdAt === undefined ? timeOf(position) : Date.parse(createdAt)

/** A text that sorts after every position before a time, and before all others: a checkpoint includes what is below it. */
export const watermarkAt = (ms: number): string => digits(Math.floor(ms), TIME_DIGITS)

/** A text that sorts after a position and before all later ones. */
export const watermarkAfter = (position: string): string => `${position}0`

const next = ({ ms, count }: Tick): Tick => (count + 1 < COUNTERS ? { ms, count: count + 1 } : { ms: ms + 1, count: 0 })

const isLater = (one: Tick, other: Tick): boolean =>
  one.ms > other.ms || (one.ms === other.ms && one.count > other.count)

export function createPositions(): Positions {
  let last: Tick = { ms: 0, count: 0 }
  return function position(now, after) {
    const ms = Math.floor(now)
    const steppedBack = last.ms >= ms && last.ms - ms < MAX_STEP_BACK_MS
    const own: Tick = steppedBack ? next(last) : { ms, count: 0 }
    last = own
    if (after === undefined) return write(own)
    const asked = next(tickOf(after))
    // `last` follows the clock alone: `after` of one caller must not move the positions of others ahead.
    return write(isLater(asked, own) ? asked : own)
  }
}

export function checkAfter(after: string, now: number): void {
  const advice = 'send the position of an earlier reply as it was'
  if (!isPosition(after)) throw new Failure('bad_request', `after: not a position; ${advice}`)
  const ahead = tickOf(after).ms - now
  if (ahead <= MAX_AHEAD_MS) return
  throw new Failure(
    'bad_request',
    `after: is ${Math.round(ahead / 1000)} s ahead of the server's clock, and 60 s is the limit; ${advice}`,
  )
}
