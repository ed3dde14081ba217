import type { HistoryEntry } from '@runmeta/sdk'
import { useEffect, useRef } from 'preact/hooks'
import { href } from '../app/address.ts'
import { useNarrow } from '../ui/narrow.ts'
import { Time } from '../ui/time.tsx'
import { useVirtual } from '../ui/virtual.ts'
import { Inline } from '../value/inline.tsx'

const ROW_PX = 37
/** On a phone, a row has two lines. */
const NARROW_ROW_PX = 56
const HEAD_PX = 34
/** The number of visible columns: a cell that spans more would widen the table. */
const COLUMNS = 7
const NARROW_COLUMNS = 4
const AHEAD = 30

export const SIDES = ['a', 'b'] as const
export type Side = (typeof SIDES)[number]

export interface HistoryTableProps {
  readonly run: string
  readonly entries: readonly HistoryEntry[]
  /** The ids of the two logs that are compared. */
  readonly sides: readonly (string | null)[]
  readonly isWhole: boolean
  readonly isLoading: boolean
  readonly onMore: () => void
  readonly onSide: (side: Side, log: string) => void
}

export function HistoryTable({ run, entries, sides, isWhole, isLoading, onMore, onSide }: HistoryTableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const isNarrow = useNarrow()
  const rowPx = isNarrow ? NARROW_ROW_PX : ROW_PX
  const span = isNarrow ? NARROW_COLUMNS : COLUMNS
  const virtual = useVirtual({
    count: entries.length,
    estimate: () => rowPx,
    keyOf: (index) => entries[index]?.log ?? index,
    dependencies: [entries, rowPx],
    scroller,
    margin: HEAD_PX,
    covered: HEAD_PX,
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (!isWhole && !isLoading && last >= entries.length - AHEAD) onMore()
  }, [last, entries.length, isWhole, isLoading])
  const before = (items[0]?.start ?? HEAD_PX) - HEAD_PX
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? HEAD_PX) - HEAD_PX)
  return (
    <section class="scroller" ref={scroller} tabIndex={0} aria-label="Logs, newest first">
      <table class="history" aria-rowcount={isWhole ? entries.length + 1 : -1}>
        <thead>
          <tr>
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
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Space height={before} span={span} />}
          {items.map(({ index }) => {
            const entry = entries[index]
            if (entry === undefined) return null
            const { log, value, createdAt, by, step } = entry
            return (
              <tr key={log} aria-rowindex={index + 2}>
                {SIDES.map((side, at) => (
                  <td key={side} class="side">
                    <input
                      type="checkbox"
                      aria-label={`Side ${side.toUpperCase()}: log ${entries.length - index}`}
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
                  <a href={href(['runs', run], { at: log, logged: createdAt })}>As of then</a>
                </td>
              </tr>
            )
          })}
          {after > 0 && <Space height={after} span={span} />}
        </tbody>
      </table>
    </section>
  )
}

const Space = ({ height, span }: { readonly height: number; readonly span: number }) => (
  <tr class="space" aria-hidden="true">
    <td colSpan={span} style={{ height: `${height}px` }} />
  </tr>
)
