import { type HistoryEntry, KeyNotFoundError } from '@runmeta/sdk'
import { useMemo } from 'preact/hooks'
import { address, href, setParameters } from '../app/address.ts'
import { useLoad } from '../app/load.ts'
import { client } from '../app/session.ts'
import { LargeNote } from '../plot/large.tsx'
import { LinesPlot, type Series } from '../plot/lines.tsx'
import { Switch } from '../ui/choice.tsx'
import { counted } from '../ui/count.ts'
import { Failure, Notice, Skeleton } from '../ui/notice.tsx'
import { parsePointer, plottable, valueAt } from '../value/value.ts'
import type { Compared } from './compared.ts'
import { PointerSelect } from './numeric.tsx'

/** The number of newest logs to read of each run. */
const MAX_LOGS = 10_000
const PAGE = 1000

interface RunHistory {
  readonly id: string
  readonly name: string
  /** Newest first. */
  readonly entries: readonly HistoryEntry[]
}

async function historyOf(id: string, key: string, signal: AbortSignal): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = []
  try {
    for await (const entry of client.peek().history(id, key, { pageSize: PAGE, signal })) {
      entries.push(entry)
      if (entries.length === MAX_LOGS) break
    }
  } catch (error) {
    if (!(error instanceof KeyNotFoundError)) throw error
  }
  return entries
}

const AXES = [
  { value: undefined, label: 'Log' },
  { value: 'elapsed', label: 'Time since the first log' },
  { value: 'time', label: 'Time' },
] as const
type Axis = (typeof AXES)[number]['value']

function seriesOf({ name, entries }: RunHistory, within: readonly string[], axis: Axis): Series {
  const points = entries.toReversed().flatMap(({ value, createdAt }) => {
    const y = plottable(valueAt(value, within))
    return y === undefined ? [] : [{ y, seconds: Date.parse(createdAt) / 1000 }]
  })
  const [first] = points
  const xOf = (seconds: number, index: number): number => {
    if (axis === 'time') return seconds
    return axis === 'elapsed' ? seconds - (first?.seconds ?? 0) : index + 1
  }
  return { name, x: points.map(({ seconds }, index) => xOf(seconds, index)), y: points.map(({ y }) => y) }
}

/** The histories of one key in one plot; if its values are objects, of one number in them. */
export function Histories({ runs, rows }: Compared) {
  const { query } = address.value
  const pointers = rows
    .filter(({ values }) => values.some((one) => plottable(one) !== undefined))
    .map(({ pointer }) => pointer)
  const pointer = query.get('key') ?? pointers[0] ?? ''
  const [key = '', ...within] = parsePointer(pointer)
  const axis = AXES.find(({ value }) => value === query.get('over'))?.value
  const { value, error, reload } = useLoad<readonly RunHistory[]>(
    `${key}\n${runs.map(({ id }) => id).join()}`,
    (signal) =>
      Promise.all(
        runs.map(async ({ id, name }) => ({ id, name, entries: key === '' ? [] : await historyOf(id, key, signal) })),
      ),
  )
  const series = useMemo(() => (value ?? []).map((history) => seriesOf(history, within, axis)), [value, pointer, axis])
  const values = useMemo(
    () => (value ?? []).flatMap(({ entries }) => entries.map((entry) => valueAt(entry.value, within))),
    [value, pointer],
  )
  if (pointers.length === 0) {
    return (
      <Notice title="Nothing to plot">
        <p>These runs have no number that can be drawn.</p>
        <LargeNote values={rows.flatMap(({ values }) => values)} />
      </Notice>
    )
  }
  const hasPoints = series.some(({ x }) => x.length > 0)
  return (
    <section class="plot-box" aria-label="Histories">
      <div class="plot-bar">
        <PointerSelect label="Key" pointers={pointers} chosen={pointer} parameter="key" />
        <Switch label="X axis" choices={AXES} chosen={axis} onChoose={(over) => setParameters({ over })} />
      </div>
      <LargeNote values={values} />
      {error !== undefined && <Failure error={error} retry={reload} />}
      {value === undefined && error === undefined && <Skeleton lines={6} />}
      {value !== undefined && !hasPoints && (
        <Notice title="No numbers in these histories">
          <p>Choose another key.</p>
        </Notice>
      )}
      {hasPoints && error === undefined && (
        <LinesPlot
          label={`${pointer} of ${runs.length} runs`}
          isTime={axis === 'time'}
          isLogs={axis === undefined}
          series={series}
          height={360}
        />
      )}
      <ul class="legend small" aria-label="Logs of each run">
        {(value ?? []).map(({ id, name, entries }) => (
          <li key={id}>
            <a href={href(['runs', id, 'history'], { key })}>
              <bdi>{name}</bdi>
            </a>
            <span class="dim">{counted(entries.length, 'log', entries.length < MAX_LOGS)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
