import { scaleLinear } from 'd3-scale'
import { useRef } from 'preact/hooks'
import { address, href } from '../app/address.ts'
import type { Compared } from '../compare/compared.ts'
import { extentOf, numericRows, PointerSelect } from '../compare/numeric.tsx'
import { Notice } from '../ui/notice.tsx'
import { useWidth } from '../ui/width.ts'
import { colourOf } from './colours.ts'
import { LargeNote } from './large.tsx'
import { ticksAlong, ticksOf, widthOf } from './ticks.ts'

const HEIGHT_PX = 420
const MIN_WIDTH_PX = 280
const MARGIN = { top: 16, right: 24, bottom: 44, left: 72 }
/** The space in pixels for the name of the y axis, and around its ticks. */
const NAME_LINE_PX = 30
/** The part of an axis left free at each end, so that no point touches the edge. */
const PADDING_SHARE = 0.06

function padded([low, high]: [number, number]): [number, number] {
  const padding = (high - low) * PADDING_SHARE
  return [low - padding, high + padding]
}

/** A scatter plot of two numbers, with a point for each run. */
export function ScatterPlot({ runs, rows }: Compared) {
  const { query } = address.value
  const numbers = numericRows(rows)
  const pointers = numbers.map(({ pointer }) => pointer)
  const x = numbers.find(({ pointer }) => pointer === query.get('x')) ?? numbers[0]
  const y = numbers.find(({ pointer }) => pointer === query.get('y')) ?? numbers[1] ?? numbers[0]
  const root = useRef<HTMLElement>(null)
  const width = Math.max(MIN_WIDTH_PX, useWidth(root))
  const note = <LargeNote values={rows.flatMap(({ values }) => values)} />
  if (x === undefined || y === undefined) {
    return (
      <Notice title="Nothing to plot">
        <p>No value is a number that can be drawn in at least two of these runs.</p>
        {note}
      </Notice>
    )
  }
  const up = scaleLinear(padded(extentOf(y.values)), [HEIGHT_PX - MARGIN.bottom, MARGIN.top])
  const upTicks = ticksOf(up, 6)
  const left = Math.max(MARGIN.left, NAME_LINE_PX + widthOf(upTicks))
  const across = scaleLinear(padded(extentOf(x.values)), [left, width - MARGIN.right])
  const acrossTicks = ticksAlong(across, width < 500 ? 4 : 8)
  // The last text may stand at the end of the axis.
  const right = Math.max(MARGIN.right, widthOf(acrossTicks) / 2)
  across.range([left, width - right])
  const points = runs.flatMap((run, index) => {
    const [atX, atY] = [x.values[index], y.values[index]]
    return atX === undefined || atY === undefined ? [] : [{ run, index, atX, atY }]
  })
  const labelled = labelledOf(points.map(({ run, atX, atY }) => ({ id: run.id, x: across(atX), y: up(atY) })))
  return (
    <section class="plot-box" aria-label="Scatter">
      <div class="plot-bar">
        <PointerSelect label="X axis" pointers={pointers} chosen={x.pointer} parameter="x" />
        <PointerSelect label="Y axis" pointers={pointers} chosen={y.pointer} parameter="y" />
        <span class="dim small" role="status">
          {points.length < runs.length && `${points.length} of ${runs.length} runs have both numbers`}
        </span>
      </div>
      {note}
      <figure ref={root} aria-label={`${y.pointer} by ${x.pointer}`}>
        <svg width={width} height={HEIGHT_PX} class="scatter">
          {acrossTicks.map(({ value, text }) => (
            <g key={value} transform={`translate(${across(value)} 0)`}>
              <line y1={MARGIN.top} y2={HEIGHT_PX - MARGIN.bottom} />
              <text y={HEIGHT_PX - MARGIN.bottom + 18} text-anchor="middle">
                {text}
              </text>
            </g>
          ))}
          {upTicks.map(({ value, text }) => (
            <g key={value} transform={`translate(0 ${up(value)})`}>
              <line x1={left} x2={width - right} />
              <text x={left - 8} y={4} text-anchor="end">
                {text}
              </text>
            </g>
          ))}
          <text class="axis-name" x={(left + width - right) / 2} y={HEIGHT_PX - 6} text-anchor="middle">
            {x.pointer}
          </text>
          <text
            class="axis-name"
            transform={`translate(14 ${(MARGIN.top + HEIGHT_PX - MARGIN.bottom) / 2}) rotate(-90)`}
            text-anchor="middle"
          >
            {y.pointer}
          </text>
          {points.map(({ run, index, atX, atY }) => (
            <a
              key={run.id}
              href={href(['runs', run.id])}
              aria-label={`${run.name}: ${x.pointer} ${atX}, ${y.pointer} ${atY}`}
            >
              <rect class="target" x={across(atX) - 14} y={up(atY) - 22} width={28} height={36} />
              <circle cx={across(atX)} cy={up(atY)} r={6} fill={colourOf(index)}>
                <title>{`${run.name}\n${x.pointer} ${atX}\n${y.pointer} ${atY}`}</title>
              </circle>
              {labelled.has(run.id) && (
                <text class="point-name" x={across(atX)} y={up(atY) - 11} text-anchor="middle">
                  {run.name.length > 24 ? `${run.name.slice(0, 23)}…` : run.name}
                </text>
              )}
            </a>
          ))}
        </svg>
      </figure>
    </section>
  )
}

/** The approximate size of a name in pixels. */
const NAME_PX = { width: 120, height: 16 }

/** The points whose names fit without overlap. The other names appear on hover. */
function labelledOf(points: readonly { readonly id: string; readonly x: number; readonly y: number }[]): Set<string> {
  const placed: (typeof points)[number][] = []
  for (const point of points) {
    const isFree = placed.every(
      ({ x, y }) => Math.abs(x - point.x) > NAME_PX.width || Math.abs(y - point.y) > NAME_PX.height,
    )
    if (isFree) placed.push(point)
  }
  return new Set(placed.map(({ id }) => id))
}
