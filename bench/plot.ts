import * as Plot from '@observablehq/plot'
import { JSDOM } from 'jsdom'
import type { Figures } from './report.ts'

/** Draws figures as SVG, without scripts or other files. */

const WIDTH = 720
const HEIGHT = 360
const FONT = 'font: 12px system-ui, sans-serif; background: white; color: black'

interface Point {
  readonly x: number
  readonly y: number
  readonly z: string
}

interface Axes {
  readonly x: string
  readonly y: string
}

/** The labels at the ends of the curves. Curves that end at the same point share a label. */
function labels(points: readonly Point[]): Point[] {
  const end = Math.max(...points.map(({ x }) => x))
  const byY = new Map<number, Point[]>()
  for (const point of points.filter(({ x }) => x === end)) byY.set(point.y, [...(byY.get(point.y) ?? []), point])
  return [...byY.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    return { ...first, z: others.length > 0 ? `${first.z} and ${others.length} more` : first.z }
  })
}

/** A curve for each `z`, over logarithmic axes. */
function curves(points: readonly Point[], { x, y }: Axes): string {
  const { document } = new JSDOM('').window
  const svg = Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginRight: 190,
    style: FONT,
    x: { type: 'log', label: x, grid: true, ticks: [...new Set(points.map((point) => point.x))], tickFormat: ',' },
    y: { type: 'log', label: y, grid: true, tickFormat: ',' },
    marks: [
      Plot.lineY(points, { x: 'x', y: 'y', z: 'z', stroke: 'z', marker: 'dot' }),
      Plot.text(labels(points), { x: 'x', y: 'y', text: 'z', textAnchor: 'start', dx: 8 }),
    ],
  })
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  return `${svg.outerHTML}\n`
}

/** The points of a table: one for each row that has both figures. */
function pointsOf({ columns, rows }: Figures, { x, y, z }: Record<'x' | 'y' | 'z', string>): Point[] {
  const [xAt, yAt, zAt] = [x, y, z].map((name) => columns.indexOf(name))
  return rows
    .map((row) => ({ x: Number(row[xAt ?? 0]), y: Number(row[yAt ?? 0]), z: String(row[zAt ?? 0]) }))
    .filter((point) => point.x > 0 && point.y > 0)
}

/** Latency against the number of clients, from the table of `bench:serve`. */
export const latencyPicture = (figures: Figures): string =>
  curves(pointsOf(figures, { x: 'clients', y: 'p50 ms', z: 'call' }), { x: 'clients', y: 'median latency, ms' })

/** Read capacity of a page against the number of runs, from the table of `bench:search`. */
export const costPicture = (figures: Figures): string =>
  curves(pointsOf(figures, { x: 'among', y: 'RCU', z: 'search' }), { x: 'runs in the project', y: 'RCU a page of 50' })
