import type { scaleLinear } from 'd3-scale'
import { shortNumber } from '../compare/numeric.tsx'

export type Scale = ReturnType<typeof scaleLinear<number, number>>

export interface Tick {
  readonly value: number
  readonly text: string
}

/** The approximate number of ticks of a parallel axis. */
export const AXIS_TICKS = 5
/** The width in pixels of a character of a tick in an SVG plot. */
const CHARACTER_PX = 7
/** The least space in pixels between ticks along a line. */
const GAP_PX = 12

/** Formats numbers of one axis: as short as possible, or with more digits if some would look the same. */
export function distinctTexts(numbers: readonly number[]): string[] {
  const texts = numbers.map(shortNumber)
  const isDistinct = new Set(texts).size === new Set(numbers).size
  return isDistinct ? texts : numbers.map((number) => String(Number(number.toPrecision(12))))
}

export function ticksOf(scale: Scale, count: number): Tick[] {
  const values = scale.ticks(count)
  const texts = distinctTexts(values)
  return values.map((value, index) => ({ value, text: texts[index] ?? '' }))
}

/** The width in pixels of the longest of some ticks. */
export const widthOf = (ticks: readonly Tick[]): number =>
  CHARACTER_PX * Math.max(0, ...ticks.map(({ text }) => text.length))

/** Ticks whose texts fit beside each other along an axis. */
export function ticksAlong(scale: Scale, count: number): Tick[] {
  const [start = 0, end = 0] = scale.range()
  const ticks = ticksOf(scale, count)
  const isFitting = ticks.length * (widthOf(ticks) + GAP_PX) <= Math.abs(end - start) || count === 1
  return isFitting ? ticks : ticksAlong(scale, count - 1)
}
