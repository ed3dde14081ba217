import type { HistoryEntry } from '@runmeta/sdk'
import { KeyNotFoundError } from '@runmeta/sdk'
import { useMemo } from 'preact/hooks'
import { address, href, setParameters } from '../app/address.ts'
import { useLoad } from '../app/load.ts'
import { client } from '../app/session.ts'
import { LinesPlot, type Series } from '../plot/lines.tsx'
import { Failure, Notice, Skeleton } from '../ui/notice.tsx'
import { namesOf, plottable, valueAt } from '../value/value.ts'
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
  { axis: undefined, label: 'Log' },
  { axis: 'elapsed', label: 'Time since the first log' },
  { axis: 'time', label: 'Time' },
] as const

function seriesOf({ name, entries }: RunHistory, within: readonly string[], axis: string | null): Series {
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
  const [key = '', ...within] = namesOf(pointer)
  const axis = query.get('over')
  const { value, error, reload } = useLoad<readonly RunHistory[]>(
    `${key}\n${runs.map(({ id }) => id).join()}`,
    (signal) =>
      Promise.all(
        runs.map(async ({ id, name }) => ({ id, name, entries: key === '' ? [] : await historyOf(id, key, signal) })),
      ),
  )
  const series = useMemo(() => (value ?? []).map((history) => seriesOf(history, within, axis)), [value, pointer, axis])
  if (pointers.length === 0) return <Notice title="No numbers were logged to these runs" />
  const hasPoints = series.some(({ x }) => x.length > 0)
  return (
    <section class="plot-box" aria-label="Histories">
      <div class="plot-bar">
        <PointerSelect label="Key" pointers={pointers} chosen={pointer} parameter="key" />
        <fieldset class="switch">
          <legend class="visually-hidden">Over</legend>
          {AXES.map(({ axis: name, label }) => (
            <label key={label}>
              <input
                type="radio"
                name="over"
                checked={(axis ?? undefined) === name}
                onChange={() => setParameters({ over: name })}
              />
              {label}
            </label>
          ))}
        </fieldset>
      </div>
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
          isLogs={axis === null}
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
            <span class="dim">
              {entries.length.toLocaleString('en')}
              {entries.length === MAX_LOGS ? '+' : ''} {entries.length === 1 ? 'log' : 'logs'}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
