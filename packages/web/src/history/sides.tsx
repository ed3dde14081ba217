import type { HistoryEntry, Value } from '@runmeta/sdk'
import { setParameters } from '../app/address.ts'
import { Button } from '../ui/button.tsx'
import { Time } from '../ui/time.tsx'
import { Inline } from '../value/inline.tsx'
import { isScalar, jsonOf, leavesOf } from '../value/value.ts'
import { View } from '../value/view.tsx'

const MAX_LEAVES = 1000

export interface SidesProps {
  readonly entries: readonly HistoryEntry[]
  /** The ids of two logs. */
  readonly sides: readonly (string | null)[]
}

/** A row for each place in either value. */
function differences(one: Value, other: Value): { pointer: string; values: (Value | undefined)[]; differs: boolean }[] {
  const [left = new Map(), right = new Map()] = [one, other].map(
    (value): Map<string, Value> =>
      new Map(leavesOf({ '': value }, MAX_LEAVES).map((leaf) => [leaf.pointer.slice(1), leaf.value])),
  )
  return [...new Set([...left.keys(), ...right.keys()])].map((pointer) => {
    const values = [left.get(pointer), right.get(pointer)]
    const [a, b] = values.map((value) => (value === undefined ? undefined : jsonOf(value)))
    return { pointer, values, differs: a !== b }
  })
}

/** Two moments of a key side by side. */
export function Sides({ entries, sides }: SidesProps) {
  const [a, b] = sides.map((log) => entries.find((entry) => entry.log === log))
  if (a === undefined && b === undefined) return null
  const both = a !== undefined && b !== undefined
  const rows = both && !(isScalar(a.value) && isScalar(b.value)) ? differences(a.value, b.value) : []
  return (
    <section class="sides" aria-label="Side by side">
      <div class="sides-bar">
        <h2>Side by side</h2>
        {!both && <span class="dim">Choose the other moment in the column {a === undefined ? 'A' : 'B'}.</span>}
        <div class="spring" />
        <Button label="Close" kind="quiet" icon="close" onClick={() => setParameters({ a: undefined, b: undefined })} />
      </div>
      {rows.length === 0 ? (
        <div class="two">
          {[a, b].map((entry, index) => (
            <article class="card" key={index === 0 ? 'a' : 'b'}>
              <header>
                <h3>{index === 0 ? 'A' : 'B'}</h3>
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
                <th scope="col">Place</th>
                {[a, b].map((entry, index) => (
                  <th scope="col" key={index === 0 ? 'a' : 'b'}>
                    {index === 0 ? 'A' : 'B'} {entry && <Time time={entry.createdAt} isExact />}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ pointer, values, differs }) => (
                <tr key={pointer} data-differs={differs || undefined}>
                  <th scope="row">
                    {differs && (
                      <span class="differs" title="differs">
                        ≠
                      </span>
                    )}{' '}
                    <code>{pointer || '(the value)'}</code>
                  </th>
                  {values.map((value, index) => (
                    <td key={index === 0 ? 'a' : 'b'}>
                      {value === undefined ? <span class="dim">–</span> : <Inline value={value} />}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  )
}
