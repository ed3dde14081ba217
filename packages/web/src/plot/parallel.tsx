import { type BrushBehavior, brushY, type D3BrushEvent } from 'd3-brush'
import { scaleLinear } from 'd3-scale'
import { select } from 'd3-selection'
import { useEffect, useRef } from 'preact/hooks'
import { address, href, setParameters } from '../app/address.ts'
import type { Compared } from '../compare/compared.ts'
import { extentOf, type NumericRow, numericRows, PointerMenu, shortNumber } from '../compare/numeric.tsx'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { useWidth } from '../ui/width.ts'
import { colourOf, dashOf } from './colours.ts'

const HEIGHT_PX = 380
const MARGIN = { top: 44, bottom: 20, side: 84 }
const MIN_AXIS_PX = 130
const BRUSH_PX = 26
const SNAP_PX = 5
/** The number of axes until the user chooses some. */
const DEFAULT_AXES = 6

type Range = readonly [low: number, high: number]

/** A range as text for the address: `0.5..0.9 /accuracy`. */
const rangeText = (pointer: string, [low, high]: Range): string => `${low}..${high} ${pointer}`

function rangesOf(texts: readonly string[]): Map<string, Range> {
  const ranges = new Map<string, Range>()
  for (const text of texts) {
    const [, low = '', high = '', pointer = ''] = /^(\S+?)\.\.(\S+) (\/.*)$/s.exec(text) ?? []
    if (low !== '' && !Number.isNaN(Number(low)) && !Number.isNaN(Number(high)))
      ranges.set(pointer, [Number(low), Number(high)])
  }
  return ranges
}

const isWithin = (value: number | undefined, range: Range | undefined): boolean =>
  range === undefined || (value !== undefined && value >= range[0] && value <= range[1])

/** Parallel coordinates: an axis for each pointer, a line for each run. Runs outside a brushed range are dimmed. */
export function ParallelPlot(compared: Compared) {
  const { query } = address.value
  const all = numericRows(compared)
  const chosen = query.getAll('axis')
  const defaults = all.slice(0, DEFAULT_AXES).map(({ pointer }) => pointer)
  const pointers = chosen.length > 0 ? chosen : defaults
  const axes = pointers.flatMap((pointer) => all.find((row) => row.pointer === pointer) ?? [])
  const ranges = rangesOf(query.getAll('range'))
  const root = useRef<HTMLElement>(null)
  const width = useWidth(root)
  const setRange = (pointer: string, range: Range | undefined): void => {
    const next = rangesOf(address.peek().query.getAll('range'))
    if (range === undefined) next.delete(pointer)
    else next.set(pointer, range)
    setParameters({ range: [...next].map(([at, value]) => rangeText(at, value)) })
  }
  const plotWidth = Math.max(width, axes.length * MIN_AXIS_PX)
  const step = axes.length > 1 ? (plotWidth - 2 * MARGIN.side) / (axes.length - 1) : 0
  const scales = axes.map(({ values }) => scaleLinear(extentOf(values), [HEIGHT_PX - MARGIN.bottom, MARGIN.top]))
  const xOf = (index: number): number => MARGIN.side + index * step
  const isIn = compared.runs.map((_, run) =>
    axes.every(({ pointer, values }) => isWithin(values[run], ranges.get(pointer))),
  )
  const within = isIn.filter(Boolean).length
  return (
    <section class="plot-box" aria-label="Parallel coordinates">
      <div class="plot-bar">
        <PointerMenu label="Axes" rows={all} chosen={pointers} parameter="axis" />
        {ranges.size > 0 && (
          <Button label="Clear ranges" icon="close" kind="quiet" onClick={() => setParameters({ range: undefined })} />
        )}
        <span class="dim small" role="status">
          {ranges.size > 0
            ? `${within} of ${compared.runs.length} runs within the ranges`
            : 'Drag along an axis, or use the sliders, to choose a range'}
        </span>
      </div>
      {axes.length < 2 && (
        <Notice title="Choose at least two axes">
          <p>
            {all.length < 2
              ? 'These runs have fewer than two numbers in common.'
              : 'An axis needs a number in at least two runs.'}
          </p>
        </Notice>
      )}
      <section class="scroll-x" ref={root} tabIndex={0} aria-label="Plot">
        {axes.length > 1 && (
          <svg
            width={plotWidth}
            height={HEIGHT_PX}
            role="img"
            aria-label={`${compared.runs.length} runs across ${axes.length} axes`}
          >
            {compared.runs.map(({ id, name }, run) => (
              <path
                key={id}
                class="parallel-line"
                data-out={!isIn[run] || undefined}
                d={pathOf(axes, scales, run, xOf)}
                stroke={colourOf(run)}
                stroke-dasharray={dashOf(run).join(' ')}
              >
                <title>{name}</title>
              </path>
            ))}
            {axes.map(({ pointer, values }, index) => {
              const scale = scales[index]
              return (
                scale && (
                  <Axis
                    key={pointer}
                    x={xOf(index)}
                    pointer={pointer}
                    scale={scale}
                    extent={extentOf(values)}
                    range={ranges.get(pointer)}
                    onRange={(range) => setRange(pointer, range)}
                  />
                )
              )
            })}
          </svg>
        )}
      </section>
      {axes.length > 1 && (
        <div class="ranges">
          {axes.map(({ pointer, values }) => (
            <Sliders
              key={pointer}
              pointer={pointer}
              extent={extentOf(values)}
              range={ranges.get(pointer)}
              onRange={(range) => setRange(pointer, range)}
            />
          ))}
        </div>
      )}
      <ul class="legend" aria-label="Runs">
        {compared.runs.map(({ id, name }, run) => (
          <li key={id} data-out={!isIn[run] || undefined}>
            <svg width="26" height="10" aria-hidden="true">
              <line
                x1="0"
                y1="5"
                x2="26"
                y2="5"
                stroke={colourOf(run)}
                stroke-width="2"
                stroke-dasharray={dashOf(run).join(' ')}
              />
            </svg>
            <a href={href(['runs', id])}>
              <bdi>{name}</bdi>
            </a>
            {!isIn[run] && <span class="visually-hidden"> outside the ranges</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}

type Scale = ReturnType<typeof scaleLinear<number, number>>

/** The path of a run's line, with a gap where the run has no number. */
function pathOf(
  axes: readonly NumericRow[],
  scales: readonly Scale[],
  run: number,
  xOf: (index: number) => number,
): string {
  let isOn = false
  return axes
    .map(({ values }, index) => {
      const value = values[run]
      const y = value === undefined ? undefined : scales[index]?.(value)
      if (y === undefined) {
        isOn = false
        return ''
      }
      const part = `${isOn ? 'L' : 'M'}${xOf(index).toFixed(1)} ${y.toFixed(1)}`
      isOn = true
      return part
    })
    .join('')
}

interface AxisProps {
  readonly x: number
  readonly pointer: string
  readonly scale: Scale
  readonly extent: readonly [number, number]
  readonly range: Range | undefined
  readonly onRange: (range: Range | undefined) => void
}

function Axis({ x, pointer, scale, extent, range, onRange }: AxisProps) {
  const group = useRef<SVGGElement>(null)
  const behaviour = useRef<BrushBehavior<unknown>>(undefined)
  const latest = useRef(onRange)
  latest.current = onRange
  // Rounded to keep the address short, and snapped to the ends, so that the lowest and highest runs can be included.
  const valueAt = (y: number): number => {
    if (y - MARGIN.top < SNAP_PX) return extent[1]
    return HEIGHT_PX - MARGIN.bottom - y < SNAP_PX ? extent[0] : round(scale.invert(y))
  }
  useEffect(() => {
    const { current: element } = group
    if (element === null) return
    const brush = brushY<unknown>()
      .extent([
        [-BRUSH_PX / 2, MARGIN.top],
        [BRUSH_PX / 2, HEIGHT_PX - MARGIN.bottom],
      ])
      .on('end', ({ selection, sourceEvent }: D3BrushEvent<unknown>) => {
        // `brush.move` below also fires this, without a source event.
        if (!sourceEvent) return
        const [top, bottom] = selection ?? []
        const isChosen = typeof top === 'number' && typeof bottom === 'number'
        latest.current(isChosen ? [valueAt(bottom), valueAt(top)] : undefined)
      })
    behaviour.current = brush
    select<SVGGElement, unknown>(element).call(brush)
  }, [extent.join()])
  useEffect(() => {
    const { current: element } = group
    if (element === null) return
    const [low = 0, high = 0] = range ?? []
    const selection: [number, number] | null = range === undefined ? null : [scale(high) ?? 0, scale(low) ?? 0]
    behaviour.current?.move(select<SVGGElement, unknown>(element), selection)
  }, [range?.join(), extent.join()])
  const name = pointer.length > 22 ? `…${pointer.slice(-21)}` : pointer
  return (
    <g transform={`translate(${x} 0)`} class="parallel-axis">
      <text y={16} text-anchor="middle">
        {name}
        <title>{pointer}</title>
      </text>
      <line y1={MARGIN.top} y2={HEIGHT_PX - MARGIN.bottom} />
      {scale.ticks(5).map((tick) => (
        <text key={tick} class="tick" x={8} y={(scale(tick) ?? 0) + 4}>
          {shortNumber(tick)}
        </text>
      ))}
      <g ref={group} class="brush" />
    </g>
  )
}

const round = (value: number): number => Number(value.toPrecision(6))

interface SlidersProps {
  readonly pointer: string
  readonly extent: readonly [number, number]
  readonly range: Range | undefined
  readonly onRange: (range: Range | undefined) => void
}

/** Sets the same range with two sliders, which also work with the keyboard. */
function Sliders({ pointer, extent: [low, high], range, onRange }: SlidersProps) {
  const [from, to] = range ?? [low, high]
  const step = (high - low) / 100
  const set = (next: Range): void => onRange(next[0] <= low && next[1] >= high ? undefined : next)
  // Rounding must not move an end, or the lowest or the highest run falls out of the range.
  const chosen = ({ valueAsNumber: value }: HTMLInputElement): number => {
    if (value - low < step / 2) return low
    return high - value < step / 2 ? high : round(value)
  }
  return (
    <fieldset>
      <legend title={pointer}>{pointer}</legend>
      <label>
        <span class="visually-hidden">Lowest of {pointer}</span>
        <input
          type="range"
          min={low}
          max={high}
          step={step}
          value={from}
          onInput={(event) => set([Math.min(chosen(event.currentTarget), to), to])}
        />
      </label>
      <label>
        <span class="visually-hidden">Highest of {pointer}</span>
        <input
          type="range"
          min={low}
          max={high}
          step={step}
          value={to}
          onInput={(event) => set([from, Math.max(chosen(event.currentTarget), from)])}
        />
      </label>
      <span class="dim small">
        {shortNumber(from)} – {shortNumber(to)}
      </span>
    </fieldset>
  )
}
