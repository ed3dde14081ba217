import { useId } from 'preact/hooks'
import { setParameters } from '../app/address.ts'
import { Choice, toggled } from '../ui/choice.tsx'
import { Popover } from '../ui/popover.tsx'
import { plottable } from '../value/value.ts'
import type { Compared } from './compared.ts'

/** A pointer with numeric values, in the order of the runs. */
export interface NumericRow {
  readonly pointer: string
  readonly values: readonly (number | undefined)[]
  readonly differs: boolean
}

/** Pointers at which at least two runs have a number, those that differ first. */
export function numericRows(rows: Compared['rows']): NumericRow[] {
  return rows
    .map(({ pointer, values, differs }) => ({ pointer, values: values.map(plottable), differs }))
    .filter(({ values }) => values.filter((value) => value !== undefined).length > 1)
    .sort((one, other) => Number(other.differs) - Number(one.differs))
}

/** The lowest and the highest value, widened a little if they are equal. */
export function extentOf(values: readonly (number | undefined)[]): [number, number] {
  const numbers = values.filter((value) => value !== undefined)
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)]
  if (low < high) return [low, high]
  const room = Math.abs(low) / 10 || 1
  return [low - room, high + room]
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 4 })

/** Formats a value as short as possible. */
export function shortNumber(value: number): string {
  if (Math.abs(value) >= 1e15) return Number(value.toPrecision(4)).toExponential()
  return Math.abs(value) >= 100_000 ? compact.format(value) : String(Number(value.toPrecision(6)))
}

interface PointerMenuProps {
  readonly label: string
  readonly rows: readonly NumericRow[]
  readonly chosen: readonly string[]
  /** The parameter of the address. */
  readonly parameter: string
}

/** Chooses several pointers. */
export const PointerMenu = ({ label, rows, chosen, parameter }: PointerMenuProps) => (
  <Popover label={label} count={chosen.length}>
    {() => (
      <div class="choices">
        {rows.map(({ pointer }) => (
          <Choice
            key={pointer}
            isChosen={chosen.includes(pointer)}
            onChange={() => setParameters({ [parameter]: toggled(chosen, pointer) })}
          >
            <code>{pointer}</code>
          </Choice>
        ))}
      </div>
    )}
  </Popover>
)

interface PointerSelectProps {
  readonly label: string
  readonly pointers: readonly string[]
  readonly chosen: string
  readonly parameter: string
}

/** Chooses one pointer. */
export function PointerSelect({ label, pointers, chosen, parameter }: PointerSelectProps) {
  const id = useId()
  return (
    <div class="field inline">
      <label for={id}>{label}</label>
      <select id={id} value={chosen} onChange={(event) => setParameters({ [parameter]: event.currentTarget.value })}>
        {pointers.map((pointer) => (
          <option key={pointer} value={pointer}>
            {pointer}
          </option>
        ))}
      </select>
    </div>
  )
}
