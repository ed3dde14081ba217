import { type BrushBehavior, brushY, type D3BrushEvent } from 'd3-brush'
import { select } from 'd3-selection'
import { useEffect, useRef } from 'preact/hooks'
import { type Range, rounded } from './range.ts'
import { AXIS_TICKS, type Scale, ticksOf } from './ticks.ts'

const BRUSH_PX = 26
/** A brush that ends this close to an end of the axis includes that end. */
const SNAP_PX = 5
/** The distance in pixels from an axis to its ticks. */
export const TICK_X_PX = 8
const MAX_CHARACTERS = 22

interface AxisProps {
  readonly x: number
  readonly pointer: string
  readonly scale: Scale
  readonly extent: Range
  readonly range: Range | undefined
  readonly onRange: (range: Range | undefined) => void
}

/** An axis of the parallel coordinates, along which the user drags a brush to choose a range. */
export function Axis({ x, pointer, scale, extent, range, onRange }: AxisProps) {
  const group = useRef<SVGGElement>(null)
  const behaviour = useRef<BrushBehavior<unknown>>(undefined)
  const latest = useRef(onRange)
  latest.current = onRange
  const [bottom = 0, top = 0] = scale.range()
  const valueAt = (y: number): number =>
    rounded(scale.invert(y), extent, Math.abs(scale.invert(top + SNAP_PX) - extent[1]))
  useEffect(() => {
    const { current: element } = group
    if (element === null) return
    const brush = brushY<unknown>()
      .extent([
        [-BRUSH_PX / 2, top],
        [BRUSH_PX / 2, bottom],
      ])
      .on('end', ({ selection, sourceEvent }: D3BrushEvent<unknown>) => {
        // `brush.move` below also fires this, without a source event.
        if (!sourceEvent) return
        const [highest, lowest] = selection ?? []
        const isChosen = typeof highest === 'number' && typeof lowest === 'number'
        latest.current(isChosen ? [valueAt(lowest), valueAt(highest)] : undefined)
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
  const name = pointer.length > MAX_CHARACTERS ? `…${pointer.slice(1 - MAX_CHARACTERS)}` : pointer
  return (
    <g transform={`translate(${x} 0)`} class="parallel-axis">
      <text y={16} text-anchor="middle">
        {name}
        <title>{pointer}</title>
      </text>
      <line y1={top} y2={bottom} />
      {ticksOf(scale, AXIS_TICKS).map(({ value, text }) => (
        <text key={value} class="tick" x={TICK_X_PX} y={(scale(value) ?? 0) + 4}>
          {text}
        </text>
      ))}
      <g ref={group} class="brush" />
    </g>
  )
}
