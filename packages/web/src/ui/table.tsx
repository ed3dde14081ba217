import type { ComponentChildren, CSSProperties, RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Listing } from '../app/listing.ts'
import { isNarrow } from './media.ts'
import { useVirtual, type Virtual } from './virtual.ts'

const ROW_PX = 37
/** On a phone, a row has two lines. */
const TWO_LINES_PX = 56
const HEAD_PX = 34
/** More rows are read when the last rendered row is this close to the end. */
const ROWS_AHEAD = 40

interface LongTable<Row> {
  readonly rows: readonly Row[]
  readonly rowPx: number
  readonly headPx: number
  readonly scroller: RefObject<HTMLElement | null>
  readonly virtual: Virtual
}

interface LongTableOptions<Row> {
  readonly keyOf: (row: Row) => string
  readonly isTwoLines?: boolean
  readonly headPx?: number
}

/** The state of a table that renders only the rows in view, so that it may have any length. */
export function useLongTable<Row>(rows: readonly Row[], options: LongTableOptions<Row>): LongTable<Row> {
  const { keyOf, isTwoLines = false, headPx = HEAD_PX } = options
  const scroller = useRef<HTMLElement>(null)
  const rowPx = isTwoLines && isNarrow.value ? TWO_LINES_PX : ROW_PX
  const virtual = useVirtual({
    count: rows.length,
    estimate: () => rowPx,
    keyOf: (index) => {
      const row = rows[index]
      return row === undefined ? index : keyOf(row)
    },
    dependencies: [rows, rowPx],
    scroller,
    margin: headPx,
    covered: headPx,
    overscan: 12,
  })
  return { rows, rowPx, headPx, scroller, virtual }
}

interface TableFrameProps<Row> {
  readonly table: LongTable<Row>
  readonly label: string
  readonly class: string
  readonly style?: CSSProperties
  /** The number of visible columns: a cell that spans more would widen the table. */
  readonly columns: number
  /** The listing that the rows come from. It is read on while the user scrolls. */
  readonly listing?: Listing<Row>
  readonly head: ComponentChildren
  readonly children: (row: Row, index: number) => ComponentChildren
}

export function TableFrame<Row>(props: TableFrameProps<Row>) {
  const { table, label, style, columns, listing, head, children } = props
  const { rows, headPx, scroller, virtual } = table
  const items = virtual.getVirtualItems()
  const last = items.at(-1)
  const isNearEnd = (last?.index ?? 0) >= rows.length - ROWS_AHEAD
  useEffect(() => {
    if (isNearEnd) listing?.more()
  }, [isNearEnd, rows.length, listing?.isLoading])
  return (
    <section class="scroller" ref={scroller} tabIndex={0} aria-label={label}>
      <table class={props.class} aria-rowcount={listing?.isComplete === false ? -1 : rows.length + 1} style={style}>
        <thead>
          <tr aria-rowindex={1}>{head}</tr>
        </thead>
        <tbody>
          <Space height={(items[0]?.start ?? headPx) - headPx} columns={columns} />
          {items.map(({ index }) => {
            const row = rows[index]
            return row === undefined ? null : children(row, index)
          })}
          <Space height={virtual.getTotalSize() - ((last?.end ?? headPx) - headPx)} columns={columns} />
        </tbody>
      </table>
    </section>
  )
}

/** Takes the height of the rows that are not rendered. */
const Space = ({ height, columns }: { readonly height: number; readonly columns: number }) =>
  height > 0 && (
    <tr class="space" aria-hidden="true">
      <td colSpan={columns} style={{ height: `${height}px` }} />
    </tr>
  )
