import type { HistoryEntry } from '@runmeta/sdk'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { href } from '../app/address.ts'
import type { Listing } from '../app/listing.ts'
import { localTime } from '../app/time.ts'
import { isNarrow } from '../ui/media.ts'
import { TableFrame, useLongTable } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'
import { Inline } from '../value/inline.tsx'

const SIDES = ['a', 'b'] as const
type Side = (typeof SIDES)[number]

interface HistoryTableProps {
  readonly run: string
  /** The step whose history this is; the run itself if there is none. */
  readonly step: string | undefined
  readonly history: Listing<HistoryEntry>
  /** The ids of the two logs that are compared. */
  readonly sides: readonly (string | null)[]
  readonly onSide: (side: Side, log: string) => void
}

/** Keeps the visible rows where they are when rows are added above them, unless the first row is visible. */
function useSteadyRows(entries: readonly HistoryEntry[], { scroller, rowPx }: ReturnType<typeof useLongTable>): void {
  const first = useRef<string>(undefined)
  useLayoutEffect(() => {
    const added = entries.findIndex(({ log }) => log === first.current)
    first.current = entries[0]?.log
    const { current: element } = scroller
    if (added > 0 && element !== null && element.scrollTop > 0) element.scrollTop += added * rowPx
  }, [entries])
}

export function HistoryTable({ run, step: ofStep, history, sides, onSide }: HistoryTableProps) {
  const table = useLongTable(history.items, { keyOf: ({ log }) => log, isTwoLines: true })
  // While older logs are unknown, the number of a log is too.
  const nameOf = (index: number, createdAt: string): string =>
    history.isComplete ? `log ${history.items.length - index}` : `log of ${localTime(createdAt)}`
  useSteadyRows(history.items, table)
  return (
    <TableFrame
      table={table}
      label="Logs, newest first"
      class="history"
      columns={isNarrow.value ? 4 : 7}
      listing={history}
      head={
        <>
          {SIDES.map((side) => (
            <th key={side} scope="col" class="side">
              {side.toUpperCase()}
            </th>
          ))}
          <th scope="col" class="history-value">
            Value
          </th>
          <th scope="col" class="wide-only when">
            When
          </th>
          <th scope="col" class="wide-only who">
            Who
          </th>
          <th scope="col" class="wide-only step-name">
            Step
          </th>
          <th scope="col" class="as-of-column">
            Run
          </th>
        </>
      }
    >
      {({ log, value, createdAt, by, step }, index) => (
        <tr
          key={log}
          ref={(element) => table.virtual.measureElement(element)}
          data-index={index}
          aria-rowindex={index + 2}
        >
          {SIDES.map((side, at) => (
            <td key={side} class="side">
              <input
                type="checkbox"
                aria-label={`Side ${side.toUpperCase()}: ${nameOf(index, createdAt)}`}
                checked={sides[at] === log}
                onChange={() => onSide(side, log)}
              />
            </td>
          ))}
          <td class="history-value">
            <Inline value={value} />
            <span class="narrow-only dim small">
              <Time time={createdAt} isExact /> · <bdi>{by.key.name}</bdi>
            </span>
          </td>
          <td class="wide-only when">
            <Time time={createdAt} isExact />
          </td>
          <td class="wide-only who" title={by.key.id}>
            <bdi>{by.key.name}</bdi>
            {by.token === true && <span class="dim small"> by a run token</span>}
          </td>
          <td class="wide-only step-name">{step !== undefined && <bdi>{step}</bdi>}</td>
          <td class="as-of-column">
            <a href={href(['runs', run], { at: log, logged: createdAt, step: ofStep })}>As of then</a>
          </td>
        </tr>
      )}
    </TableFrame>
  )
}
