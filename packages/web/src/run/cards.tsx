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

/** Rows of cards: first the small ones side by side, then the wide ones. */
function rowsOf(entries: readonly Entry[], columns: number): Entry[][] {
  const small = entries.filter(([, value]) => isSmall(value))
  const wide = entries.filter(([, value]) => !isSmall(value))
  const rows: Entry[][] = []
  for (let at = 0; at < small.length; at += columns) rows.push(small.slice(at, at + columns))
  const across = columns >= 4 ? 2 : 1
  for (let at = 0; at < wide.length; at += across) rows.push(wide.slice(at, at + across))
  return rows
}

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
  const rows = useMemo(() => rowsOf(entries, columns), [entries, columns])
  const isWide = (row: readonly Entry[] | undefined): boolean => row?.[0] !== undefined && !isSmall(row[0][1])
  const virtual = useVirtual({
    count: rows.length,
    estimate: (index) => (isWide(rows[index]) ? WIDE_PX : SMALL_PX),
    keyOf: (index) => rows[index]?.[0]?.[0] ?? index,
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
          data-columns={isWide(rows[index]) ? Math.min(2, columns >= 4 ? 2 : 1) : columns}
          ref={(element) => virtual.measureElement(element)}
          style={{ transform: `translateY(${start - margin}px)` }}
        >
          {rows[index]?.map(([name, value]) => (
            <Card key={name} name={name} value={value} link={linkOf(name)} />
          ))}
        </div>
      ))}
    </div>
  )
}
