import { isValueObject, type Value, type ValueObject } from '@runmeta/sdk'
import { useState } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { Cell } from './cell.tsx'
import { visible } from './inline.tsx'
import { scrolling } from './scrolling.ts'
import { isScalar } from './value.ts'

const MAX_COLUMNS = 30
/** Rows that are shown at first. */
const FIRST_ROWS = 20
const MORE_ROWS = 200

/** The rows of a list of objects that mostly have the same members; undefined for any other value. */
export function uniformRows(value: Value): readonly ValueObject[] | undefined {
  if (!Array.isArray(value) || value.length < 2) return undefined
  const rows = value.filter(isValueObject)
  if (rows.length < value.length) return undefined
  const names = new Set<string>()
  let members = 0
  for (const row of rows) {
    for (const name of Object.keys(row)) {
      names.add(name)
      members++
      if (names.size > MAX_COLUMNS) return undefined
    }
  }
  return members >= (names.size * rows.length) / 2 && names.size > 0 ? rows : undefined
}

/** The rows of a matrix of scalars, as objects with the column numbers as names; undefined for any other value. */
export function matrixRows(value: Value): readonly ValueObject[] | undefined {
  if (!Array.isArray(value) || value.length < 2) return undefined
  const rows = value.filter(Array.isArray)
  const width = rows[0]?.length ?? 0
  const isMatrix = rows.length === value.length && width > 0 && width <= MAX_COLUMNS
  if (!isMatrix || !rows.every((row) => row.length === width && row.every(isScalar))) return undefined
  return rows.map((row) => Object.fromEntries(row.entries()))
}

export function ListTable({ rows }: { readonly rows: readonly ValueObject[] }) {
  const [count, setCount] = useState(FIRST_ROWS)
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  return (
    <div class="list-table">
      <div class="scroll-x" {...scrolling('Table')}>
        <table>
          <thead>
            <tr>
              <th scope="col" class="dim">
                #
              </th>
              {names.map((name) => (
                <th key={name} scope="col">
                  <bdi>{name === '' ? '""' : visible(name)}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, count).map((row, index) => (
              <tr key={index}>
                <td class="dim">{index}</td>
                {names.map((name) => (
                  <td key={name}>
                    <Cell value={Object.hasOwn(row, name) ? row[name] : undefined} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {count < rows.length && (
        <Button
          label={`Show ${Math.min(MORE_ROWS, rows.length - count)} more of ${rows.length.toLocaleString('en')} rows`}
          kind="quiet"
          onClick={() => setCount(count + MORE_ROWS)}
        />
      )}
    </div>
  )
}
