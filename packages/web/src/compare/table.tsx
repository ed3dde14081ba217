import { useRef } from 'preact/hooks'
import { href } from '../app/address.ts'
import { Button } from '../ui/button.tsx'
import { Status } from '../ui/status.tsx'
import { useVirtual } from '../ui/virtual.ts'
import { Inline, visible } from '../value/inline.tsx'
import type { Compared } from './compared.ts'

const ROW_PX = 37
const HEAD_PX = 56

export interface CompareTableProps extends Compared {
  readonly onRemove: (id: string) => void
}

interface PointerCellProps {
  readonly pointer: string
  readonly differs: boolean
}

/** A pointer that is cut at its beginning if it does not fit, because its end distinguishes it. */
function PointerCell({ pointer, differs }: PointerCellProps) {
  const last = pointer.lastIndexOf('/')
  return (
    <span class="pointer">
      <span class="differs">{differs ? '≠' : ''}</span>
      <code>{visible(pointer.slice(0, last))}</code>
      <code>{visible(pointer.slice(last))}</code>
    </span>
  )
}

/** A row for each pointer, a column for each run; a sign marks the rows that differ. */
export function CompareTable({ runs, rows, onRemove }: CompareTableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtual({
    count: rows.length,
    estimate: () => ROW_PX,
    keyOf: (index) => rows[index]?.pointer ?? index,
    dependencies: [rows],
    scroller,
    margin: HEAD_PX,
    covered: HEAD_PX,
    overscan: 12,
  })
  const items = virtual.getVirtualItems()
  const before = (items[0]?.start ?? HEAD_PX) - HEAD_PX
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? HEAD_PX) - HEAD_PX)
  const space = (height: number) =>
    height > 0 && (
      <tr class="space" aria-hidden="true">
        <td colSpan={runs.length + 1} style={{ height: `${height}px` }} />
      </tr>
    )
  return (
    <section class="scroller" ref={scroller} tabIndex={0} aria-label="Comparison">
      <table class="compare" aria-rowcount={rows.length + 1} style={{ minWidth: `${14 + runs.length * 10}rem` }}>
        <thead>
          <tr>
            <th scope="col" class="place">
              Pointer
            </th>
            {runs.map(({ id, name, status }) => (
              <th scope="col" key={id}>
                <span class="run-name">
                  <a href={href(['runs', id])} title={name}>
                    <bdi>{name}</bdi>
                  </a>
                  {runs.length > 2 && (
                    <Button label={`Remove ${name}`} icon="close" kind="quiet" isBare onClick={() => onRemove(id)} />
                  )}
                </span>
                <Status status={status} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {space(before)}
          {items.map(({ index }) => {
            const row = rows[index]
            if (row === undefined) return null
            return (
              <tr key={row.pointer} aria-rowindex={index + 2} data-differs={row.differs || undefined}>
                <th
                  scope="row"
                  class="place"
                  title={row.pointer}
                  aria-label={row.differs ? `${row.pointer} differs` : row.pointer}
                >
                  <PointerCell pointer={row.pointer} differs={row.differs} />
                </th>
                {row.values.map((value, at) => (
                  <td key={runs[at]?.id ?? at}>
                    {value === undefined ? <span class="dim">–</span> : <Inline value={value} />}
                  </td>
                ))}
              </tr>
            )
          })}
          {space(after)}
        </tbody>
      </table>
    </section>
  )
}
