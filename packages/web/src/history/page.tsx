import { KeyNotFoundError } from '@runmeta/sdk'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { address, href, setParameters } from '../app/address.ts'
import { lazy } from '../app/lazy.tsx'
import { PointerSelect } from '../compare/numeric.tsx'
import { LargeNote } from '../plot/large.tsx'
import { useRun } from '../run/follow.ts'
import { Button } from '../ui/button.tsx'
import { Switch } from '../ui/choice.tsx'
import { counted } from '../ui/count.ts'
import { Heading } from '../ui/heading.tsx'
import { Icon } from '../ui/icon.tsx'
import { isHidden } from '../ui/media.ts'
import { Failure, Notice, Skeleton } from '../ui/notice.tsx'
import { visible } from '../value/inline.tsx'
import { parsePointer, valueAt } from '../value/value.ts'
import { useEntries } from './entries.ts'
import { pointsOf, useNumbers } from './points.ts'
import { Sides } from './sides.tsx'
import { HistoryTable } from './table.tsx'

const LinesPlot = lazy(() => import('../plot/lines.tsx').then((code) => code.LinesPlot))

/** The history of a key: a plot if it is a number, who logged it and when, and two moments side by side. */
export function HistoryPage({ reference }: { readonly reference: string }) {
  const { query } = address.value
  const key = query.get('key') ?? ''
  const step = query.get('step') ?? undefined
  const isByLog = query.get('axis') === 'log'
  const { run, isFollowing } = useRun(reference, '', isHidden.value)
  const history = useEntries({ reference, key, step }, run)
  const { items: entries, isComplete, isLoading, error } = history
  const name = run?.name ?? reference
  /** Whether older logs can be read: there are some, and no read is under way or has failed. */
  const isPartial = !isComplete && !isLoading && error === undefined
  const pointers = useNumbers(JSON.stringify([reference, key, step]), history)
  const pointer = query.get('place') ?? pointers[0] ?? ''
  const values = useMemo(() => entries.map(({ value }) => valueAt(value, parsePointer(pointer))), [entries, pointer])
  const line = useMemo(
    () => ({ name: key + pointer, ...pointsOf(history, parsePointer(pointer), isByLog) }),
    [key, entries, isComplete, pointer, isByLog],
  )
  const series = useMemo(() => [line], [line])
  const sides = [query.get('a'), query.get('b')]
  const [isStopped, setStopped] = useState(false)
  // A link may name logs that are older than those read automatically.
  const isFar = sides.some((log) => log !== null && entries.every((entry) => entry.log !== log))
  useEffect(() => {
    if (isFar && !isStopped) history.more()
  }, [isFar, isLoading, isStopped])
  useEffect(() => {
    document.title = `${key} · ${name} · runmeta`
  }, [key, name])
  return (
    <div class="page history-page">
      <header class="run-head">
        <a class="back dim small" href={href(['runs', reference], { step })}>
          <Icon name="back" /> <bdi>{name}</bdi>
          {step !== undefined && (
            <>
              {' · '}
              <bdi>{step}</bdi>
            </>
          )}
        </a>
        <div class="title">
          <Heading>
            <bdi>{visible(key)}</bdi>
          </Heading>
          <span class="dim small" role="status">
            {entries.length > 0 && counted(entries.length, 'log', isComplete)}
          </span>
          {isFollowing && <span class="dim small">following</span>}
          <div class="spacer" />
          {isLoading && entries.length > 0 && (
            <Button
              label="Stop reading"
              onClick={() => {
                setStopped(true)
                history.stop()
              }}
            />
          )}
          {isPartial && entries.length > 0 && (
            <Button label="Read all logs" onClick={() => history.more(Number.POSITIVE_INFINITY)} />
          )}
        </div>
        <LargeNote values={values} />
      </header>
      {error instanceof KeyNotFoundError && (
        <Notice title="No log of this run contains this key" icon="search">
          <a class="button" href={href(['runs', reference])}>
            Show the run
          </a>
        </Notice>
      )}
      {error !== undefined && !(error instanceof KeyNotFoundError) && <Failure error={error} retry={history.retry} />}
      {error === undefined && entries.length === 0 && isLoading && <Skeleton lines={8} />}
      {(line.y.length > 1 || pointers.length > 1) && (
        <section class="plot-box" aria-label="Plot">
          <Switch
            label="X axis"
            choices={[
              { value: false, label: 'Time' },
              { value: true, label: 'Log' },
            ]}
            chosen={isByLog}
            onChoose={(isLog) => setParameters({ axis: isLog ? 'log' : undefined })}
          />
          {isPartial && (
            <p class="dim small">
              The plot has the newest {entries.length.toLocaleString('en')} logs. Read all logs to see the older ones.
            </p>
          )}
          {pointers.length > 1 && (
            <PointerSelect label="Number" pointers={pointers} chosen={pointer} parameter="place" />
          )}
          {line.y.length > 1 ? (
            <LinesPlot
              label={`${line.name} over ${isByLog ? 'its logs' : 'time'}: ${line.y.length} numbers, the latest ${line.y.at(-1)}`}
              isTime={!isByLog}
              xName={isByLog && !isComplete ? 'Log (the newest is 0)' : undefined}
              series={series}
            />
          ) : (
            <p class="dim small">Fewer than two of these logs have this number.</p>
          )}
        </section>
      )}
      <Sides entries={entries} sides={sides} />
      {entries.length > 0 && (
        <HistoryTable
          run={run?.id ?? reference}
          step={step}
          history={history}
          sides={sides}
          onSide={(side, log) => setParameters({ [side]: query.get(side) === log ? undefined : log })}
        />
      )}
    </div>
  )
}
