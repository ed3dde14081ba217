export type Range = readonly [low: number, high: number]

/** A range as text for the address: `0.5..0.9 /accuracy`. */
export const rangeText = (pointer: string, [low, high]: Range): string => `${low}..${high} ${pointer}`

/** The ranges in the address, by pointer. */
export function rangesOf(texts: readonly string[]): Map<string, Range> {
  const ranges = new Map<string, Range>()
  for (const text of texts) {
    const [, low = '', high = '', pointer = ''] = /^(\S+?)\.\.(\S+) (\/.*)$/s.exec(text) ?? []
    if (low !== '' && !Number.isNaN(Number(low)) && !Number.isNaN(Number(high)))
      ranges.set(pointer, [Number(low), Number(high)])
  }
  return ranges
}

export const isWithin = (value: number | undefined, range: Range | undefined): boolean =>
  range === undefined || (value !== undefined && value >= range[0] && value <= range[1])

/** A chosen end of a range. It is rounded to keep the address short, but not near an end of the axis: that would exclude a run. */
export function rounded(value: number, [low, high]: Range, tolerance: number): number {
  if (value - low < tolerance) return low
  return high - value < tolerance ? high : Number(value.toPrecision(6))
}
