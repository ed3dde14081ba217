import { plot as draw } from 'asciichart'

/** The most points of a plot on a narrow terminal. */
const WIDTH = 60
/** The lines of a plot above its lowest one. */
const HEIGHT = 12
/** Doubles that differ by less than this part of their size are drawn on one line: they would have the same labels. */
const MIN_RANGE = 1e-12
/** The characters of most labels. */
const LABEL_WIDTH = 12

/** Reduces the points to as many as fit, each the mean of several. */
function thinned(points: readonly number[]): number[] {
  if (points.length <= WIDTH) return [...points]
  return Array.from({ length: WIDTH }, (_, at) => {
    const from = Math.floor((at * points.length) / WIDTH)
    const part = points.slice(from, Math.floor(((at + 1) * points.length) / WIDTH))
    return part.reduce((sum, point) => sum + point, 0) / part.length
  })
}

/** Draws finite numbers with characters. */
export function plotOf(points: readonly number[]): string {
  const low = points.reduce((least, point) => Math.min(least, point))
  const high = points.reduce((most, point) => Math.max(most, point))
  // The difference of two doubles may be no double, but half of it is one.
  const scale = Number.isFinite(high - low) ? 1 : 0.5
  const range = high * scale - low * scale
  const isFlat = range <= MIN_RANGE * scale * Math.max(Math.abs(low), Math.abs(high))
  const height = isFlat ? 0 : HEIGHT
  // From 1, because asciichart marks the line of 0.
  const levels = points.map((point) => 1 + (isFlat ? 0 : ((point * scale - low * scale) / range) * HEIGHT))
  const labels = Array.from({ length: height + 1 }, (_, level) =>
    (low * (1 - level / HEIGHT) + high * (level / HEIGHT)).toPrecision(6),
  )
  const width = labels.reduce((most, label) => Math.max(most, label.length), LABEL_WIDTH)
  const format = (level: number) => labels[level - 1]?.padStart(width) ?? ''
  return draw(thinned(levels), { min: 1, max: height + 1, height, format })
}
