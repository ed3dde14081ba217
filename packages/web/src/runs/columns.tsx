import { useState } from 'preact/hooks'
import { setParameters } from '../app/address.ts'
import { Button } from '../ui/button.tsx'
import { Choice, toggled } from '../ui/choice.tsx'
import { Popover } from '../ui/popover.tsx'
import { knownPointers, samplePointers } from './sample.ts'

/** The most metadata columns: a screen has no room for more, and each is read for every run. */
const MAX_COLUMNS = 20
const MAX_SHOWN = 100

interface ColumnsMenuProps {
  readonly columns: readonly string[]
  /** Whether the user chose them; otherwise they are the default ones. */
  readonly isChosen: boolean
}

/** Chooses columns from the pointers of the newest runs. */
export function ColumnsMenu({ columns, isChosen }: ColumnsMenuProps) {
  const [text, setText] = useState('')
  // No columns is a choice too, so it needs a parameter of its own.
  const choose = (chosen: readonly string[]) =>
    setParameters({ column: chosen, columns: chosen.length === 0 ? 'none' : undefined })
  const toggle = (pointer: string) => choose(toggled(columns, pointer).slice(0, MAX_COLUMNS))
  const pointers = knownPointers.value
  const others = columns.filter((pointer) => pointers.every((one) => one.pointer !== pointer))
  const all = [...others.map((pointer) => ({ pointer, kind: '' })), ...pointers]
  const shown = all.filter(({ pointer }) => pointer.toLowerCase().includes(text.toLowerCase()))
  return (
    <Popover label="Columns" icon="columns" count={columns.length} onOpen={() => void samplePointers()}>
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
            aria-label="Filter pointers, or type one"
            placeholder="Filter, or /a/pointer and Enter"
            value={text}
            spellcheck={false}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          {shown.slice(0, MAX_SHOWN).map(({ pointer, kind }) => (
            <Choice key={pointer} isChosen={columns.includes(pointer)} onChange={() => toggle(pointer)}>
              <code>{pointer}</code>
              <span class="dim small">{kind}</span>
            </Choice>
          ))}
          {shown.length > MAX_SHOWN && <p class="dim small">{shown.length - MAX_SHOWN} more: filter them</p>}
          {all.length === 0 && <p class="dim small">The newest runs have no metadata.</p>}
          <div class="row">
            {columns.length > 0 && <Button label="None" kind="quiet" onClick={() => choose([])} />}
            {isChosen && (
              <Button
                label="Default"
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
