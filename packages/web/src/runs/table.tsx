import type { ListedRun } from '@runmeta/sdk'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { address, go, href, setParameters } from '../app/address.ts'
import { useKeys } from '../app/keyboard.ts'
import { duration, now } from '../app/time.ts'
import { Icon } from '../ui/icon.tsx'
import { useNarrow } from '../ui/narrow.ts'
import { Status } from '../ui/status.tsx'
import { Time } from '../ui/time.tsx'
import { useVirtual } from '../ui/virtual.ts'
import { Inline } from '../value/inline.tsx'

const ROW_PX = 37
/** On a phone, a row has two lines. */
const NARROW_ROW_PX = 56
const HEAD_PX = 34
/** On a phone: the width of the default columns together, and of each column that the user adds. */
const NARROW_REM = 21.5
const VALUE_REM = 9
/** The next page is loaded when the last visible row is this close to the end. */
const AHEAD = 40

export interface RunsTableProps {
  readonly runs: readonly ListedRun[]
  readonly columns: readonly string[]
  readonly order: string
  readonly ticked: readonly string[]
  readonly isWhole: boolean
  readonly isLoading: boolean
  readonly onTick: (id: string) => void
  readonly onMore: () => void
  readonly onOrder: (order: string) => void
}

/** The last part of a pointer: it tells the columns apart. */
const shortName = (pointer: string): string =>
  pointer
    .slice(pointer.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~')

interface HeadProps {
  readonly name: string
  readonly by: string
  readonly order: string
  readonly onOrder: (order: string) => void
  readonly isValue?: boolean
}

/** A heading that sorts. Each click goes on: highest first, lowest first, the default order. */
function Head({ name, by, order, onOrder, isValue }: HeadProps) {
  const isDown = order === `-${by}`
  const isUp = order === by
  const { next, sort } = stateOf(by, isDown, isUp)
  return (
    <th
      scope="col"
      aria-sort={sort}
      class={isValue === true ? 'value' : 'wide-only created'}
      title={isValue === true ? by : undefined}
    >
      <button type="button" class="head" onClick={() => onOrder(next)}>
        <bdi>{name}</bdi>
        {isDown && <Icon name="fall" />}
        {isUp && <Icon name="up" />}
      </button>
    </th>
  )
}

function stateOf(by: string, isDown: boolean, isUp: boolean) {
  if (isDown) return { next: by, sort: 'descending' } as const
  return isUp ? ({ next: '', sort: 'ascending' } as const) : ({ next: `-${by}`, sort: 'none' } as const)
}

export function RunsTable(props: RunsTableProps) {
  const { runs, columns, order, ticked, isWhole, isLoading, onTick, onMore, onOrder } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [current, setCurrent] = useState<string>()
  const isNarrow = useNarrow()
  const rowPx = isNarrow ? NARROW_ROW_PX : ROW_PX
  const virtual = useVirtual({
    count: runs.length,
    estimate: () => rowPx,
    keyOf: (index) => runs[index]?.id ?? index,
    dependencies: [runs, rowPx],
    scroller,
    margin: HEAD_PX,
    covered: HEAD_PX,
    overscan: 12,
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (!isWhole && last >= runs.length - AHEAD) onMore()
  }, [last, runs.length, isWhole, isLoading])

  // New runs at the top must not move the rows in view.
  const top = useRef<string | undefined>(undefined)
  useEffect(() => {
    const before = top.current
    top.current = runs[0]?.id
    const { current: element } = scroller
    if (before === undefined || element === null || element.scrollTop < rowPx) return
    const added = runs.findIndex(({ id }) => id === before)
    if (added > 0) element.scrollTop += added * rowPx
  }, [runs])

  const at = runs.findIndex(({ id }) => id === current)
  const move = (by: number): void => {
    const to = Math.min(Math.max(at + by, 0), runs.length - 1)
    setCurrent(runs[to]?.id)
    virtual.scrollToIndex(to)
  }
  // Focus the link, so that Enter opens it and a screen reader reads it.
  // In a layout effect, because a later focus could undo what the user has focused meanwhile.
  useLayoutEffect(() => {
    if (current === undefined) return
    scroller.current?.querySelector<HTMLElement>('tr[data-current] a')?.focus({ preventScroll: true })
  }, [current, items.some(({ index }) => index === at)])
  useKeys({
    j: () => move(at < 0 ? 0 : 1),
    k: () => move(-1),
    x: () => current !== undefined && at >= 0 && onTick(current),
    o: () => at >= 0 && current !== undefined && go(href(['runs', current])),
  })

  const before = (items[0]?.start ?? HEAD_PX) - HEAD_PX
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? HEAD_PX) - HEAD_PX)
  // A cell that spans hidden columns would widen the table.
  const span = columns.length + (isNarrow ? 3 : 6)
  const width = isNarrow ? `max(100%, ${NARROW_REM + columns.length * VALUE_REM}rem)` : '100%'
  return (
    <section class="scroller" ref={scroller} tabIndex={0} aria-label="Runs">
      <table class="runs" aria-rowcount={isWhole ? runs.length + 1 : -1} style={{ width }}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" class="tick">
              <span class="visually-hidden">Ticked</span>
            </th>
            <th scope="col" class="name">
              Name
            </th>
            <th scope="col" class="status-column">
              Status
            </th>
            <th scope="col" class="wide-only pipeline">
              Pipeline
            </th>
            <Head name="Created" by="createdAt" order={order} onOrder={onOrder} />
            <th scope="col" class="wide-only duration">
              Duration
            </th>
            {columns.map((pointer) => (
              <Head key={pointer} name={shortName(pointer)} by={pointer} order={order} onOrder={onOrder} isValue />
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Space height={before} span={span} />}
          {items.map(({ index }) => {
            const run = runs[index]
            if (run === undefined) return null
            return (
              <Row
                key={run.id}
                run={run}
                index={index}
                columns={columns}
                isTicked={ticked.includes(run.id)}
                isCurrent={run.id === current}
                onTick={onTick}
                onFocus={() => setCurrent(run.id)}
              />
            )
          })}
          {after > 0 && <Space height={after} span={span} />}
        </tbody>
      </table>
    </section>
  )
}

/** Takes the height of the rows that are not rendered. */
const Space = ({ height, span }: { readonly height: number; readonly span: number }) => (
  <tr class="space" aria-hidden="true">
    <td colSpan={span} style={{ height: `${height}px` }} />
  </tr>
)

interface RowProps {
  readonly run: ListedRun
  readonly index: number
  readonly columns: readonly string[]
  readonly isTicked: boolean
  readonly isCurrent: boolean
  readonly onTick: (id: string) => void
  readonly onFocus: () => void
}

function Row({ run, index, columns, isTicked, isCurrent, onTick, onFocus }: RowProps) {
  const { id, name, status, pipeline, createdAt, startedAt, endedAt, selected } = run
  const end = endedAt === undefined ? undefined : Date.parse(endedAt)
  const until = end ?? (status === 'running' ? now.value : undefined)
  return (
    <tr aria-rowindex={index + 2} data-ticked={isTicked || undefined} data-current={isCurrent || undefined}>
      <td class="tick">
        <input type="checkbox" aria-label={`Tick ${name}`} checked={isTicked} onChange={() => onTick(id)} />
      </td>
      <td class="name">
        <a href={href(['runs', id])} onFocus={onFocus} title={name}>
          <bdi>{name}</bdi>
        </a>
        <span class="narrow-only dim small">
          <Time time={createdAt} />
          {pipeline && (
            <>
              {' · '}
              <bdi>{pipeline}</bdi>
            </>
          )}
        </span>
      </td>
      <td class="status-column">
        <Status status={status} />
      </td>
      <td class="wide-only pipeline">
        {pipeline && (
          <button
            type="button"
            class="text-button"
            title={`Only runs of ${pipeline}`}
            onClick={() =>
              setParameters({ pipeline: [...new Set([...address.peek().query.getAll('pipeline'), pipeline])] })
            }
          >
            <bdi>{pipeline}</bdi>
          </button>
        )}
      </td>
      <td class="wide-only">
        <Time time={createdAt} />
      </td>
      <td class="wide-only duration">{until !== undefined && duration(startedAt ?? createdAt, until)}</td>
      {columns.map((pointer) => {
        const value = Object.hasOwn(selected, pointer) ? selected[pointer] : undefined
        return (
          <td key={pointer} class="value">
            {value === undefined ? <span class="dim">–</span> : <Inline value={value} />}
          </td>
        )
      })}
    </tr>
  )
}
