import { href } from '../app/address.ts'
import { Button } from '../ui/button.tsx'
import { isNarrow } from '../ui/media.ts'
import { Status } from '../ui/status.tsx'
import { TableFrame, useLongTable } from '../ui/table.tsx'
import { Cells } from '../value/cell.tsx'
import { visible } from '../value/inline.tsx'
import type { Compared } from './compared.ts'

/** A heading has two lines: a name and a status. */
const HEAD_PX = 56

interface CompareTableProps extends Compared {
  readonly onRemove: (id: string) => void
}

interface PointerCellProps {
  readonly pointer: string
  readonly differs: boolean
}

const PointerCell = ({ pointer, differs }: PointerCellProps) => (
  <span class="pointer">
    <span class="differs">{differs ? '≠' : ''}</span>
    <code>{visible(pointer)}</code>
  </span>
)

/** A row for each pointer, a column for each run; a sign marks the rows that differ. */
export function CompareTable({ runs, rows, onRemove }: CompareTableProps) {
  const table = useLongTable(rows, { keyOf: ({ pointer }) => pointer, headPx: HEAD_PX })
  return (
    <TableFrame
      table={table}
      label="Comparison"
      class="compare"
      style={{ minWidth: isNarrow.value ? `${9 + runs.length * 6.5}rem` : `${14 + runs.length * 10}rem` }}
      columns={runs.length + 1}
      head={
        <>
          <th scope="col" class="row-head">
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
        </>
      }
    >
      {({ pointer, values, differs }, index) => (
        <tr
          key={pointer}
          ref={(element) => table.virtual.measureElement(element)}
          data-index={index}
          aria-rowindex={index + 2}
          data-differs={differs || undefined}
        >
          <th scope="row" class="row-head" title={pointer} aria-label={differs ? `${pointer} differs` : pointer}>
            <PointerCell pointer={pointer} differs={differs} />
          </th>
          <Cells values={values} />
        </tr>
      )}
    </TableFrame>
  )
}
