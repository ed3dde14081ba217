import { scaleLinear } from 'd3-scale'
import { useRef } from 'preact/hooks'
import { address, href, setParameters } from '../app/address.ts'
import type { Compared } from '../compare/compared.ts'
import { extentOf, type NumericRow, numericRows, PointerMenu } from '../compare/numeric.tsx'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { useWidth } from '../ui/width.ts'
import { Axis, TICK_X_PX } from './axis.tsx'
import { colourOf, dashOf } from './colours.ts'
import { LargeNote } from './large.tsx'
import { isWithin, type Range, rangesOf, rangeText } from './range.ts'
import { Sliders } from './sliders.tsx'
import { AXIS_TICKS, type Scale, ticksOf, widthOf } from './ticks.ts'

const HEIGHT_PX = 380
const MARGIN = { top: 44, bottom: 20, side: 84 }
const MIN_AXIS_PX = 130
/** The number of axes until the user chooses some. */
const DEFAULT_AXES = 6

interface PlotAxis extends NumericRow {
  readonly x: number
  readonly scale: Scale
  readonly extent: Range
}

/** Parallel coordinates: an axis for each pointer, a line for each run. Runs outside a chosen range are dimmed. */
export function ParallelPlot({ runs, rows }: Compared) {
  const { query } = address.value
  const all = numericRows(rows)
  const chosen = query.getAll('axis')
  const pointers = chosen.length > 0 ? chosen : all.slice(0, DEFAULT_AXES).map(({ pointer }) => pointer)
  const ranges = rangesOf(query.getAll('range'))
  const root = useRef<HTMLElement>(null)
  const shown = pointers.flatMap((pointer) => all.find((row) => row.pointer === pointer) ?? [])
  const width = Math.max(useWidth(root), shown.length * MIN_AXIS_PX)
  const scaled = shown.map((row) => {
    const extent = extentOf(row.values)
    return { ...row, extent, scale: scaleLinear(extent, [HEIGHT_PX - MARGIN.bottom, MARGIN.top]) }
  })
  const lastTicks = scaled.slice(-1).flatMap(({ scale }) => ticksOf(scale, AXIS_TICKS))
  const right = Math.max(MARGIN.side, TICK_X_PX + widthOf(lastTicks))
  const axisPx = (width - MARGIN.side - right) / (shown.length - 1)
  const axes = scaled.map((axis, index): PlotAxis => ({ ...axis, x: MARGIN.side + index * axisPx }))
  const isIn = runs.map((_, run) => axes.every(({ pointer, values }) => isWithin(values[run], ranges.get(pointer))))
  const setRange = (pointer: string, range: Range | undefined): void => {
    const next = rangesOf(address.peek().query.getAll('range'))
    if (range === undefined) next.delete(pointer)
    else next.set(pointer, range)
    setParameters({ range: [...next].map(([at, value]) => rangeText(at, value)) })
  }
  return (
    <section class="plot-box" aria-label="Parallel coordinates">
      <div class="plot-bar">
        <PointerMenu label="Axes" rows={all} chosen={pointers} parameter="axis" />
        {ranges.size > 0 && (
          <Button label="Clear ranges" icon="close" kind="quiet" onClick={() => setParameters({ range: undefined })} />
        )}
        <span class="dim small" role="status">
          {ranges.size > 0
            ? `${isIn.filter(Boolean).length} of ${runs.length} runs within the ranges`
            : 'Drag along an axis, or use the sliders, to choose a range'}
        </span>
      </div>
      <LargeNote values={rows.flatMap(({ values }) => values)} />
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
            width={width}
            height={HEIGHT_PX}
            role="img"
            aria-label={`${runs.length} runs across ${axes.length} axes`}
          >
            {runs.map(({ id, name }, run) => (
              <path
                key={id}
                class="parallel-line"
                data-out={!isIn[run] || undefined}
                d={pathOf(axes, run)}
                stroke={colourOf(run)}
                stroke-dasharray={dashOf(run).join(' ')}
              >
                <title>{name}</title>
              </path>
            ))}
            {axes.map(({ pointer, x, scale, extent }) => (
              <Axis
                key={pointer}
                x={x}
                pointer={pointer}
                scale={scale}
                extent={extent}
                range={ranges.get(pointer)}
                onRange={(range) => setRange(pointer, range)}
              />
            ))}
          </svg>
        )}
      </section>
      {axes.length > 1 && (
        <div class="ranges">
          {axes.map(({ pointer, extent }) => (
            <Sliders
              key={pointer}
              pointer={pointer}
              extent={extent}
              range={ranges.get(pointer)}
              onRange={(range) => setRange(pointer, range)}
            />
          ))}
        </div>
      )}
      <ul class="legend" aria-label="Runs">
        {runs.map(({ id, name }, run) => (
          <li key={id} data-out={!isIn[run] || undefined}>
            <svg width="26" height="10" aria-hidden="true">
              <path d="M0 5h26" stroke={colourOf(run)} stroke-width="2" stroke-dasharray={dashOf(run).join(' ')} />
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

/** The path of a run's line, with a gap where the run has no number. */
function pathOf(axes: readonly PlotAxis[], run: number): string {
  let isPenDown = false
  const parts = axes.map(({ values, x, scale }) => {
    const value = values[run]
    const command = isPenDown ? 'L' : 'M'
    isPenDown = value !== undefined
    return value === undefined ? '' : `${command}${x.toFixed(1)} ${scale(value).toFixed(1)}`
  })
  return parts.join('')
}
