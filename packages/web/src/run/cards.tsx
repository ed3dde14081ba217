import type { Value } from '@runmeta/sdk'
import type { RefObject } from 'preact'
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useVirtual } from '../ui/virtual.ts'
import { jsonOf, kindOf } from '../value/value.ts'
import { Card } from './card.tsx'

type Entry = readonly [key: string, value: Value]

interface CardsProps {
  readonly entries: readonly Entry[]
  readonly scroller: RefObject<HTMLElement | null>
  readonly linkOf: (key: string) => string
}

const CARD_PX = 280
const MAX_COLUMNS = 4
/** The most characters of a value that fit a small card. */
const MAX_SMALL_CHARACTERS = 140
const SMALL_PX = 100
const WIDE_PX = 200

/** Whether a value fits a small card. Objects and lists never do, so they need not be serialized to find out. */
function isSmall(value: Value): boolean {
  const kind = kindOf(value)
  if (kind === 'object' || kind === 'list') return false
  return kind === 'string' || kind === 'Uri' || kind === 'Path'
    ? String(value).length <= MAX_SMALL_CHARACTERS
    : jsonOf(value).length <= MAX_SMALL_CHARACTERS
}

interface Row {
  readonly entries: readonly Entry[]
  readonly columns: number
  /** The height before it is measured. */
  readonly heightPx: number
}

function rowsOf(entries: readonly Entry[], columns: number, heightPx: number): Row[] {
  const rows: Row[] = []
  for (let at = 0; at < entries.length; at += columns)
    rows.push({ entries: entries.slice(at, at + columns), columns, heightPx })
  return rows
}

/** Rows of cards: first the small ones side by side, then the wide ones. */
const allRows = (entries: readonly Entry[], columns: number): Row[] => [
  ...rowsOf(
    entries.filter(([, value]) => isSmall(value)),
    columns,
    SMALL_PX,
  ),
  ...rowsOf(
    entries.filter(([, value]) => !isSmall(value)),
    columns >= 4 ? 2 : 1,
    WIDE_PX,
  ),
]

export function Cards({ entries, scroller, linkOf }: CardsProps) {
  const list = useRef<HTMLDivElement>(null)
  const [{ columns, margin }, setLayout] = useState({ columns: MAX_COLUMNS, margin: 0 })
  useLayoutEffect(() => {
    const { current: element } = list
    if (element === null) return
    const measure = (): void => {
      const columnsNow = Math.min(MAX_COLUMNS, Math.max(1, Math.floor(element.clientWidth / CARD_PX)))
      const top = scroller.current?.getBoundingClientRect().top ?? 0
      const marginNow = Math.round(element.getBoundingClientRect().top - top + (scroller.current?.scrollTop ?? 0))
      setLayout((before) =>
        before.columns === columnsNow && before.margin === marginNow
          ? before
          : { columns: columnsNow, margin: marginNow },
      )
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [])
  const rows = useMemo(() => allRows(entries, columns), [entries, columns])
  const virtual = useVirtual({
    count: rows.length,
    estimate: (index) => rows[index]?.heightPx ?? SMALL_PX,
    keyOf: (index) => rows[index]?.entries[0]?.[0] ?? index,
    dependencies: [rows],
    scroller,
    margin,
    overscan: 4,
  })
  return (
    <div class="cards" ref={list} style={{ height: `${virtual.getTotalSize()}px` }}>
      {virtual.getVirtualItems().map(({ index, start, key }) => (
        <div
          key={key}
          class="card-row"
          data-index={index}
          ref={(element) => virtual.measureElement(element)}
          style={{ transform: `translateY(${start - margin}px)`, '--columns': rows[index]?.columns }}
        >
          {rows[index]?.entries.map(([name, value]) => (
            <Card key={name} name={name} value={value} link={linkOf(name)} />
          ))}
        </div>
      ))}
    </div>
  )
}
