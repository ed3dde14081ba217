import { useEffect, useRef } from 'preact/hooks'
import UPlot from 'uplot'
import { isDark } from '../ui/media.ts'
import { colourOf, dashOf } from './colours.ts'
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

/** Formats of the time axis, for uPlot's `values`: the second line repeats the date when it changes. uPlot's default uses a 12-hour clock. */
const TIMES: (string | number | null)[][] = [
  [31_536_000, '{YYYY}', null, null, null, null, null, null, 1],
  [2_419_200, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [86_400, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [60, '{HH}:{mm}', '\n{D} {MMM} {YYYY}', null, '\n{D} {MMM}', null, null, null, 1],
  [1, ':{ss}', '\n{D} {MMM} {YYYY} {HH}:{mm}', null, '\n{D} {MMM} {HH}:{mm}', null, '\n{HH}:{mm}', null, 1],
  [0.001, ':{ss}.{fff}', '\n{D} {MMM} {YYYY} {HH}:{mm}', null, '\n{D} {MMM} {HH}:{mm}', null, '\n{HH}:{mm}', null, 1],
]
const timeText = UPlot.fmtDate('{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}')
/** Steps between ticks of the log axis: log numbers are whole. */
const LOG_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000]

/** Steps between ticks of the y axis: uPlot's own end at 1e32. */
const NUMBER_STEPS = Array.from({ length: 333 }, (_, power) =>
  [1, 2, 2.5, 5].map((step) => Number(`${step}e${power - 32}`)),
).flat()

const FONT = '12px system-ui, sans-serif'
/** The least space in pixels for the labels of the y axis, and the part of it that is not text. */
const MIN_LABELS_PX = 70
const LABEL_GAP_PX = 18
/** The space in pixels for half of the last label of the x axis. */
const HALF_TIME_PX = 50
const HALF_NUMBER_PX = 25

/** Measures the width of labels in pixels. */
function textMeasure(): (text: string) => number {
  const context = document.createElement('canvas').getContext('2d')
  if (context !== null) context.font = FONT
  return (text) => Math.ceil(context?.measureText(text).width ?? 0)
}

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
    const widthOf = textMeasure()
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
            size: (_, texts) => Math.max(MIN_LABELS_PX, LABEL_GAP_PX + Math.max(0, ...(texts ?? []).map(widthOf))),
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
