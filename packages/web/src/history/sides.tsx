import { type HistoryEntry, isValueObject, type Value } from '@runmeta/sdk'
import { useMemo } from 'preact/hooks'
import { setParameters } from '../app/address.ts'
import { Button } from '../ui/button.tsx'
import { Time } from '../ui/time.tsx'
import { Cells } from '../value/cell.tsx'
import { visible } from '../value/inline.tsx'
import { isLongText } from '../value/text.tsx'
import { isScalar, jsonOf, kindOf, pointerOf, textOf, untyped } from '../value/value.ts'
import { View } from '../value/view.tsx'

/** The most rows that are shown. */
const MAX_ROWS = 1000

interface SidesProps {
  readonly entries: readonly HistoryEntry[]
  /** The ids of two logs. */
  readonly sides: readonly (string | null)[]
}

interface Row {
  readonly pointer: string
  readonly values: readonly (Value | undefined)[]
  readonly differs: boolean
}

/** The scalars, empty lists and empty objects in a value, by pointer. */
function partsOf(value: Value, pointer = '', parts = new Map<string, Value>()): Map<string, Value> {
  const bare = untyped(value)
  const members = Array.isArray(bare) || isValueObject(bare) ? Object.entries(bare) : []
  if (members.length === 0) return parts.set(pointer, value)
  for (const [name, item] of members) partsOf(item, pointer + pointerOf([name]), parts)
  return parts
}

/** Whether a value is shown whole in a card. */
const isShort = (value: Value): boolean => isScalar(value) && !isLongText(textOf(value))

/** A row for each pointer in either value. */
function rowsOf(one: Value, other: Value): Row[] {
  const [left, right] = [partsOf(one), partsOf(other)]
  return [...new Set([...left.keys(), ...right.keys()])].map((pointer) => {
    const values = [left.get(pointer), right.get(pointer)]
    const [a, b] = values.map((value) => (value === undefined ? undefined : jsonOf(value)))
    return { pointer, values, differs: a !== b }
  })
}

/** The rows to show. If there are too many, those that differ come first. */
function shownRows(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= MAX_ROWS) return rows
  return [...rows.filter(({ differs }) => differs), ...rows.filter(({ differs }) => !differs)].slice(0, MAX_ROWS)
}

/** Shows the values of a key in two logs side by side. */
export function Sides({ entries, sides }: SidesProps) {
  const [a, b] = sides.map((log) => entries.find((entry) => entry.log === log))
  const rows = useMemo(
    () =>
      a !== undefined && b !== undefined && !(isShort(a.value) && isShort(b.value)) ? rowsOf(a.value, b.value) : [],
    [a, b],
  )
  if (a === undefined && b === undefined) return null
  const both = [
    { side: 'A', entry: a },
    { side: 'B', entry: b },
  ]
  const missing = both.find(({ entry }) => entry === undefined)
  return (
    <section class="sides" aria-label="Side by side">
      <div class="sides-bar">
        <h2>Side by side</h2>
        {missing && <span class="dim">Now choose a log in column {missing.side}.</span>}
        <div class="spacer" />
        <Button label="Close" kind="quiet" icon="close" onClick={() => setParameters({ a: undefined, b: undefined })} />
      </div>
      {rows.length === 0 ? (
        <div class="side-cards">
          {both.map(({ side, entry }) => (
            <article class="card" key={side}>
              <header>
                <h3>{side}</h3>
                {entry && <span class="kind">{kindOf(entry.value)}</span>}
                {entry && <Time time={entry.createdAt} isExact />}
              </header>
              <div class="card-body">
                {entry === undefined ? <span class="dim">not chosen</span> : <View value={entry.value} />}
              </div>
            </article>
          ))}
        </div>
      ) : (
        <section class="scroll-x" tabIndex={0} aria-label="Differences">
          <table class="differences">
            <thead>
              <tr>
                <th scope="col">Pointer</th>
                {both.map(({ side, entry }) => (
                  <th scope="col" key={side}>
                    {side} {entry && <Time time={entry.createdAt} isExact />}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shownRows(rows).map(({ pointer, values, differs }) => (
                <tr key={pointer} data-differs={differs || undefined}>
                  <th scope="row">
                    {differs && (
                      <span class="differs" title="differs">
                        ≠
                      </span>
                    )}{' '}
                    <code>{visible(pointer) || '(the value)'}</code>
                  </th>
                  <Cells values={values} />
                </tr>
              ))}
            </tbody>
          </table>
          {rows.length > MAX_ROWS && (
            <p class="dim small">
              {MAX_ROWS.toLocaleString('en')} of {rows.length.toLocaleString('en')} values, differences first
            </p>
          )}
        </section>
      )}
    </section>
  )
}
