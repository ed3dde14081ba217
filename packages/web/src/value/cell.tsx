import { isNumeric, type Value } from '@runmeta/sdk'
import { useState } from 'preact/hooks'
import { Icon } from '../ui/icon.tsx'
import { Inline, visible } from './inline.tsx'
import { WholeString } from './text.tsx'
import { Tree } from './tree.tsx'
import { textOf, untyped } from './value.ts'

/** The most characters of a value that a cell shows before it is opened. */
const MAX_CHARACTERS = 120

/** A value in a cell that wraps: whole if it is short or a number, else an excerpt that opens to the whole. */
export function Cell({ value }: { readonly value: Value }) {
  const [isOpen, setOpen] = useState(false)
  const bare = untyped(value)
  const text = textOf(value)
  if (text.length <= MAX_CHARACTERS || isNumeric(bare)) return <Inline value={value} />
  return (
    <div class="fold">
      <button type="button" class="branch" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? 'down' : 'right'} />
        <span class={typeof bare === 'string' ? undefined : 'dim code'}>{visible(text.slice(0, MAX_CHARACTERS))}…</span>
      </button>
      {isOpen && (typeof bare === 'string' ? <WholeString value={value} text={bare} /> : <Tree value={value} />)}
    </div>
  )
}
