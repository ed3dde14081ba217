import { type Range, rounded } from './range.ts'
import { distinctTexts } from './ticks.ts'

interface SlidersProps {
  readonly pointer: string
  readonly extent: Range
  readonly range: Range | undefined
  readonly onRange: (range: Range | undefined) => void
}

/** Chooses a range with two sliders, which also work with the keyboard. */
export function Sliders({ pointer, extent, range = extent, onRange }: SlidersProps) {
  const [low, high] = extent
  const [from, to] = range
  const step = (high - low) / 100
  const set = (next: Range): void => onRange(next[0] <= low && next[1] >= high ? undefined : next)
  const ends = [
    { name: 'Lowest', at: from, rangeTo: (value: number): Range => [Math.min(value, to), to] },
    { name: 'Highest', at: to, rangeTo: (value: number): Range => [from, Math.max(value, from)] },
  ]
  return (
    <fieldset>
      <legend title={pointer}>{pointer}</legend>
      {ends.map(({ name, at, rangeTo }) => (
        <label key={name}>
          <span class="visually-hidden">
            {name} of {pointer}
          </span>
          <input
            type="range"
            min={low}
            max={high}
            step={step}
            value={at}
            onInput={(event) => set(rangeTo(rounded(event.currentTarget.valueAsNumber, extent, step / 2)))}
          />
        </label>
      ))}
      <span class="dim small">{distinctTexts(range).join(' – ')}</span>
    </fieldset>
  )
}
