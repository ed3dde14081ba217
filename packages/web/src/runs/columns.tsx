import { useState } from 'preact/hooks'
import { setParameters } from '../app/address.ts'
import { Button } from '../ui/button.tsx'
import { Popover } from '../ui/popover.tsx'
import { known, sample } from './sample.ts'

/** Columns beside the usual ones: a screen has no room for more, and each is read for every run. */
const MAX_COLUMNS = 20
const MAX_SHOWN = 100

export interface ColumnsMenuProps {
  readonly columns: readonly string[]
  /** Whether somebody chose them. */
  readonly isChosen: boolean
}

/** Picks columns from what was logged. */
export function ColumnsMenu({ columns, isChosen }: ColumnsMenuProps) {
  const [text, setText] = useState('')
  // An empty list is a choice as well.
  const choose = (chosen: readonly string[]) =>
    setParameters({ column: chosen, columns: chosen.length === 0 ? 'none' : undefined })
  const toggle = (pointer: string) =>
    choose(
      columns.includes(pointer)
        ? columns.filter((one) => one !== pointer)
        : [...columns, pointer].slice(0, MAX_COLUMNS),
    )
  const places = known.value
  const others = columns.filter((pointer) => places.every((place) => place.pointer !== pointer))
  const all = [...others.map((pointer) => ({ pointer, kind: '' })), ...places]
  const shown = all.filter(({ pointer }) => pointer.toLowerCase().includes(text.toLowerCase()))
  return (
    <Popover label="Columns" icon="columns" count={columns.length} onOpen={() => void sample()}>
      {() => (
        <form
          class="choices"
          onSubmit={(event) => {
            event.preventDefault()
            if (/^\/./.test(text) && !columns.includes(text)) toggle(text)
            setText('')
          }}
        >
          <input
            type="text"
            aria-label="Filter places, or type a pointer"
            placeholder="Filter, or /a/pointer and Enter"
            value={text}
            spellcheck={false}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          {shown.slice(0, MAX_SHOWN).map(({ pointer, kind }) => (
            <label key={pointer} class="choice">
              <input type="checkbox" checked={columns.includes(pointer)} onChange={() => toggle(pointer)} />
              <code>{pointer}</code>
              <span class="dim small">{kind}</span>
            </label>
          ))}
          {shown.length > MAX_SHOWN && <p class="dim small">{shown.length - MAX_SHOWN} more: filter them</p>}
          {all.length === 0 && <p class="dim small">Nothing was logged to the newest runs.</p>}
          <div class="row">
            {columns.length > 0 && <Button label="None" kind="quiet" onClick={() => choose([])} />}
            {isChosen && (
              <Button
                label="Usual"
                kind="quiet"
                onClick={() => setParameters({ column: undefined, columns: undefined })}
              />
            )}
          </div>
        </form>
      )}
    </Popover>
  )
}
