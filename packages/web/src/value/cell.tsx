import { Typed, type Value } from '@runmeta/sdk'
import { useMemo, useState } from 'preact/hooks'
import { Icon } from '../ui/icon.tsx'
import { excerptOf, excerptStarts, isExcerpt } from './excerpt.ts'
import { Inline, Size, visible } from './inline.tsx'
import { scrolling } from './scrolling.ts'
import { WholeString } from './text.tsx'
import { Tree } from './tree.tsx'
import { textOf, untyped } from './value.ts'

interface CellProps {
  readonly value: Value | undefined
  /** Where the excerpt of a long value begins. */
  readonly from?: number
}

/** A value in a cell that wraps: whole if it is short or a number, else an excerpt that opens to the whole. */
export function Cell({ value, from = 0 }: CellProps) {
  const [isOpen, setOpen] = useState(false)
  const text = useMemo(() => (value === undefined ? '' : textOf(value)), [value])
  if (value === undefined) return <span class="dim">–</span>
  const bare = untyped(value)
  if (Typed.is(value) && value.type === 'StorageSize') return <Size text={String(bare)} />
  if (!isExcerpt(value, text)) return <Inline value={value} />
  return (
    <div class="fold">
      <button type="button" class="branch" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? 'down' : 'right'} />
        <span class={typeof bare === 'string' ? 'string' : 'dim code'}>{visible(excerptOf(text, from))}</span>
      </button>
      {isOpen && typeof bare === 'string' && <WholeString value={value} text={bare} />}
      {isOpen && typeof bare !== 'string' && (
        <div class="fold-tree" {...scrolling('Whole value')}>
          <Tree value={value} />
        </div>
      )}
    </div>
  )
}

/** Cells of values to compare. Their excerpts begin shortly before the values differ. */
export function Cells({ values }: { readonly values: readonly (Value | undefined)[] }) {
  const starts = useMemo(() => excerptStarts(values), [values])
  return (
    <>
      {values.map((value, index) => (
        <td key={index}>
          <Cell value={value} from={starts[index] ?? 0} />
        </td>
      ))}
    </>
  )
}
