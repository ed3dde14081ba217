/** Formats of the time axis, for uPlot's `values`: the second line repeats the date when it changes. uPlot's default uses a 12-hour clock. */
export const TIMES: (string | number | null)[][] = [
  [31_536_000, '{YYYY}', null, null, null, null, null, null, 1],
  [2_419_200, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [86_400, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [60, '{HH}:{mm}', '\n{D} {MMM} {YYYY}', null, '\n{D} {MMM}', null, null, null, 1],
  [1, ':{ss}', '\n{D} {MMM} {YYYY} {HH}:{mm}', null, '\n{D} {MMM} {HH}:{mm}', null, '\n{HH}:{mm}', null, 1],
  [0.001, ':{ss}.{fff}', '\n{D} {MMM} {YYYY} {HH}:{mm}', null, '\n{D} {MMM} {HH}:{mm}', null, '\n{HH}:{mm}', null, 1],
]

/** Steps between ticks of the log axis: log numbers are whole. */
export const LOG_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000]

/** Steps between ticks of the y axis: uPlot's own end at 1e32. */
export const NUMBER_STEPS = Array.from({ length: 333 }, (_, power) =>
  [1, 2, 2.5, 5].map((step) => Number(`${step}e${power - 32}`)),
).flat()

export const FONT = '12px system-ui, sans-serif'
/** The least space in pixels for the labels of the y axis, and the part of it that is not text. */
const MIN_LABELS_PX = 70
const LABEL_GAP_PX = 18
/** The space in pixels for half of the last label of the x axis. */
export const HALF_TIME_PX = 50
export const HALF_NUMBER_PX = 25

/** Measures the width of texts in pixels. */
function textMeasure(): (text: string) => number {
  const context = document.createElement('canvas').getContext('2d')
  if (context !== null) context.font = FONT
  return (text) => Math.ceil(context?.measureText(text).width ?? 0)
}

/** Finds the width in pixels of an axis with these labels. */
export function labelsMeasure(): (texts: readonly string[] | null) => number {
  const widthOf = textMeasure()
  return (texts) => Math.max(MIN_LABELS_PX, LABEL_GAP_PX + Math.max(0, ...(texts ?? []).map(widthOf)))
}
