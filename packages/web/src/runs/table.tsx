import type { ListedRun } from '@runmeta/sdk'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { href, navigate } from '../app/address.ts'
import { useKeys } from '../app/keyboard.ts'
import type { Listing } from '../app/listing.ts'
import { isNarrow } from '../ui/media.ts'
import { TableFrame, useLongTable } from '../ui/table.tsx'
import { parsePointer } from '../value/value.ts'
import { SortHeading } from './heading.tsx'
import { RunRow } from './row.tsx'

/** On a phone: the width of the default columns together, and of each column that the user adds. */
const NARROW_REM = 21.5
const VALUE_REM = 9

interface RunsTableProps {
  readonly list: Listing<ListedRun>
  readonly columns: readonly string[]
  readonly order: string
  readonly ticked: readonly string[]
  readonly onTick: (id: string) => void
  readonly onOrder: (order: string) => void
}

/** The last part of a pointer: it tells the columns apart. */
const shortName = (pointer: string): string => parsePointer(pointer).at(-1) ?? ''

export function RunsTable({ list, columns, order, ticked, onTick, onOrder }: RunsTableProps) {
  const { items: runs } = list
  const table = useLongTable(runs, { keyOf: ({ id }) => id, isTwoLines: true })
  const [current, setCurrent] = useState<string>()

  // New runs at the top must not move the rows in view.
  const top = useRef<string | undefined>(undefined)
  useEffect(() => {
    const before = top.current
    top.current = runs[0]?.id
    const { current: element } = table.scroller
    if (before === undefined || element === null || element.scrollTop < table.rowPx) return
    const added = runs.findIndex(({ id }) => id === before)
    if (added > 0) element.scrollTop += added * table.rowPx
  }, [runs])

  const at = runs.findIndex(({ id }) => id === current)
  const move = (by: number): void => {
    const to = Math.min(Math.max(at + by, 0), runs.length - 1)
    setCurrent(runs[to]?.id)
    table.virtual.scrollToIndex(to)
  }
  // Focus the link, so that Enter opens it and a screen reader reads it.
  // In a layout effect, because a later focus could undo what the user has focused meanwhile.
  useLayoutEffect(() => {
    if (current === undefined) return
    table.scroller.current?.querySelector<HTMLElement>('tr[data-current] a')?.focus({ preventScroll: true })
  }, [current, table.virtual.getVirtualItems().some(({ index }) => index === at)])
  useKeys({
    j: () => move(at < 0 ? 0 : 1),
    k: () => move(-1),
    x: () => current !== undefined && at >= 0 && onTick(current),
    o: () => at >= 0 && current !== undefined && navigate(href(['runs', current])),
  })

  const width = isNarrow.value ? `max(100%, ${NARROW_REM + columns.length * VALUE_REM}rem)` : '100%'
  const sorting = { order, onOrder }
  return (
    <TableFrame
      table={table}
      label="Runs"
      class="runs"
      style={{ width }}
      columns={columns.length + (isNarrow.value ? 3 : 6)}
      listing={list}
      head={
        <>
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
          <SortHeading name="Created" by="createdAt" class="wide-only created" {...sorting} />
          <th scope="col" class="wide-only duration">
            Duration
          </th>
          {columns.map((pointer) => (
            <SortHeading
              key={pointer}
              name={shortName(pointer)}
              by={pointer}
              class="value"
              title={pointer}
              {...sorting}
            />
          ))}
        </>
      }
    >
      {(run, index) => (
        <RunRow
          key={run.id}
          run={run}
          index={index}
          columns={columns}
          isTicked={ticked.includes(run.id)}
          isCurrent={run.id === current}
          onTick={onTick}
          onFocus={() => setCurrent(run.id)}
        />
      )}
    </TableFrame>
  )
}
