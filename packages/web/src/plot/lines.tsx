import { useEffect, useRef } from 'preact/hooks'
import UPlot from 'uplot'
import { isDark } from '../ui/media.ts'
import { colourOf, dashOf } from './colours.ts'
import { FONT, HALF_NUMBER_PX, HALF_TIME_PX, LOG_STEPS, labelsMeasure, NUMBER_STEPS, TIMES } from './labels.ts'
import { inOrder, wholeMilliseconds } from './order.ts'

export interface Series {
  readonly name: string
  /** Seconds since 1970, elapsed seconds, or log numbers. */
  readonly x: readonly number[]
  readonly y: readonly number[]
}

interface LinesPlotProps {
  /** The accessible name of the plot. */
  readonly label: string
  readonly isTime: boolean
  /** Whether the x axis counts logs. */
  readonly isLogs?: boolean
  /** The name of the x axis. @default what it counts */
  readonly xName?: string | undefined
  /** A new array draws the lines again. It ends a zoom, unless it only adds to the previous one. */
  readonly series: readonly Series[]
  /** The height of the plot in pixels, without its legend. */
  readonly height?: number
}

const DEFAULT_HEIGHT_PX = 260
/** A line with at most this many points also shows the points. */
const MAX_SHOWN_POINTS = 60

function dataOf(series: readonly Series[]): UPlot.AlignedData {
  const [first] = series
  if (first === undefined) return [[]]
  return series.length === 1 ? inOrder(first) : UPlot.join(series.map(inOrder))
}

const timeText = UPlot.fmtDate('{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}')

/** The theme's colours as values: a canvas cannot use CSS variables. */
function themeColours(element: Element): { text: string; line: string } {
  const style = getComputedStyle(element)
  return { text: style.getPropertyValue('--muted').trim(), line: style.getPropertyValue('--line').trim() }
}

/** Draws new data. A zoom stays if points were only added. */
function update(plot: UPlot, data: UPlot.AlignedData): void {
  const [before] = plot.data
  const [after] = data
  const { min, max } = plot.scales.x ?? {}
  const isZoomed = min != null && max != null && (min > (before[0] ?? min) || max < (before.at(-1) ?? max))
  const isLonger = after[0] === before[0] && after.length >= before.length
  plot.setData(data, !(isZoomed && isLonger))
  if (isZoomed && isLonger) plot.setScale('x', { min, max })
}

/** A line plot over time or logs. Drag to zoom in, double-click to zoom out. */
export function LinesPlot({
  label,
  isTime,
  isLogs = !isTime,
  xName,
  series,
  height = DEFAULT_HEIGHT_PX,
}: LinesPlotProps) {
  const root = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot>(undefined)
  const shape = JSON.stringify([isTime, isLogs, xName, isDark.value, series.map(({ name }) => name)])
  useEffect(() => {
    const { current: element } = root
    if (element === null) return
    const { text, line } = themeColours(element)
    const sizeOf = labelsMeasure()
    const axis = { stroke: text, font: FONT, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } }
    const xText = (value: number): string =>
      isTime ? timeText(new Date(value * 1000)) : String(wholeMilliseconds(value))
    const counted = isLogs ? 'Log' : 'Seconds'
    const chart = new UPlot(
      {
        width: Math.max(200, element.clientWidth),
        height,
        scales: { x: { time: isTime } },
        axes: [
          { ...axis, ...(isTime ? { values: TIMES } : {}), ...(isLogs ? { incrs: LOG_STEPS } : {}) },
          {
            ...axis,
            incrs: NUMBER_STEPS,
            size: (_, texts) => sizeOf(texts),
            values: (_, ticks) => ticks.map((tick) => String(Number(tick.toPrecision(12)))),
          },
        ],
        padding: [null, isTime ? HALF_TIME_PX : HALF_NUMBER_PX, null, null],
        legend: { show: true, live: true },
        cursor: { y: false },
        series: [
          {
            label: xName ?? (isTime ? 'Time' : counted),
            value: (_: UPlot, value: number | null) => (value === null ? '' : xText(value)),
          },
          ...series.map(({ name, x }, index) => ({
            label: name,
            stroke: colourOf(index),
            dash: dashOf(index),
            width: 1.5,
            spanGaps: true,
            points: { show: x.length <= MAX_SHOWN_POINTS, size: 5 },
            value: (_: UPlot, value: number | null) => (value === null ? '' : String(value)),
          })),
        ],
      },
      dataOf(series),
      element,
    )
    plot.current = chart
    const observer = new ResizeObserver(() => chart.setSize({ width: Math.max(200, element.clientWidth), height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      chart.destroy()
    }
  }, [shape])
  useEffect(() => {
    if (plot.current !== undefined) update(plot.current, dataOf(series))
  }, [series, shape])
  return <div class="lines-plot" role="img" aria-label={label} ref={root} />
}
