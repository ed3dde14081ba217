import { isValueObject, type Value } from '@runmeta/sdk'
import { useState } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Inline, isCut, visible } from './inline.tsx'
import { Text, WholeString } from './text.tsx'
import { isScalar, kindOf, untyped } from './value.ts'

/** Members of an object or a list that are shown at first. */
const FIRST_MEMBERS = 50
const MORE_MEMBERS = 500
/** A top branch with at most this many members is open at first. */
const MAX_OPEN = 8

function membersOf(value: Value): [name: string, value: Value][] {
  const bare = untyped(value)
  if (Array.isArray(bare)) return bare.map((item, index) => [String(index), item])
  return isValueObject(bare) ? Object.entries(bare) : []
}

const sizeOf = (value: Value, count: number): string =>
  kindOf(value) === 'list' ? `[${count.toLocaleString('en')}]` : `{${count.toLocaleString('en')}}`

/** An object or a list as a tree whose branches open and close. */
export function Tree({ value, depth = 0 }: { readonly value: Value; readonly depth?: number }) {
  const [count, setCount] = useState(FIRST_MEMBERS)
  const members = membersOf(value)
  if (members.length === 0) return <code class="dim">{kindOf(value) === 'list' ? '[]' : '{}'}</code>
  return (
    <ul class="tree">
      {members.slice(0, count).map(([name, item]) => (
        <li key={name}>
          {isScalar(item) ? <Leaf name={name} value={item} /> : <Branch name={name} value={item} depth={depth} />}
        </li>
      ))}
      {count < members.length && (
        <li>
          <Button
            label={`Show ${Math.min(MORE_MEMBERS, members.length - count)} more of ${members.length.toLocaleString('en')}`}
            kind="quiet"
            onClick={() => setCount(count + MORE_MEMBERS)}
          />
        </li>
      )}
    </ul>
  )
}

const Name = ({ name }: { readonly name: string }) => <bdi class="member">{name === '' ? '""' : visible(name)}</bdi>

const Leaf = ({ name, value }: { readonly name: string; readonly value: Value }) => (
  <div class="leaf">
    <Name name={name} />
    <Scalar value={value} />
  </div>
)

function Scalar({ value }: { readonly value: Value }) {
  const bare = untyped(value)
  if (typeof bare !== 'string' || !isCut(bare)) return <Inline value={value} />
  return kindOf(value) === 'Uri' ? <WholeString value={value} text={bare} /> : <Text text={bare} />
}

interface BranchProps {
  readonly name: string
  readonly value: Value
  readonly depth: number
}

function Branch({ name, value, depth }: BranchProps) {
  const { length } = membersOf(value)
  const [isOpen, setOpen] = useState(depth < 1 && length <= MAX_OPEN)
  return (
    <>
      <button type="button" class="branch" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? 'down' : 'right'} />
        <Name name={name} />
        <span class="dim small">{sizeOf(value, length)}</span>
      </button>
      {isOpen && <Tree value={value} depth={depth + 1} />}
    </>
  )
}
