import { isNumeric, isValueObject, type Value } from '@runmeta/sdk'
import { isLink, Link, Size, visible } from './inline.tsx'
import { ListTable, matrixRows, uniformRows } from './table.tsx'
import { Text } from './text.tsx'
import { Tree } from './tree.tsx'
import { isScalar, jsonOf, kindOf, untyped } from './value.ts'

/** The most characters of a link that are shown. */
const MAX_LINK = 300
/** An object of at most this many scalars is shown as a list of names and values. */
const MAX_FLAT = 12

/** A list of at most this many items, each of at most this many characters, is shown in one line. */
const MAX_LISTED = 24

const isFlat = (value: Value): boolean => {
  const members = isValueObject(value) ? Object.values(value) : []
  return members.length > 0 && members.length <= MAX_FLAT && members.every(isScalar)
}

/** Whether a value is a list of scalars that fits one line or two. */
const isShortList = (value: Value): boolean =>
  Array.isArray(value) &&
  value.length <= MAX_LISTED &&
  value.every((item) => isScalar(item) && String(item).length <= MAX_LISTED)

const listText = (value: Value): string =>
  Array.isArray(value) ? `[${value.map((item) => jsonOf(item)).join(', ')}]` : jsonOf(value)

/** Shows a value in the form that suits its kind. */
export function View({ value }: { readonly value: Value }) {
  const bare = untyped(value)
  const kind = kindOf(value)
  if (kind === 'StorageSize') return <Size text={String(bare)} />
  if (isNumeric(bare)) return <span class="number exact">{String(bare)}</span>
  if (typeof bare === 'string') {
    if (kind === 'Uri' && isLink(bare))
      return <Link text={bare} shown={bare.length > MAX_LINK ? `${bare.slice(0, MAX_LINK)}…` : bare} />
    if (kind === 'Path' || kind === 'DType' || kind === 'Uri')
      return (
        <code class="string" dir="auto">
          {visible(bare)}
        </code>
      )
    return <Text text={bare} />
  }
  if (bare === null || typeof bare === 'boolean') return <span class="word">{String(bare)}</span>
  const objects = uniformRows(bare) ?? matrixRows(bare)
  if (objects !== undefined) return <ListTable rows={objects} />
  if (isShortList(bare)) return <code class="string">{visible(listText(bare))}</code>
  if (isFlat(bare) && isValueObject(bare)) return <Members object={bare} />
  return <Tree value={bare} />
}

const Members = ({ object }: { readonly object: Readonly<Record<string, Value>> }) => (
  <dl class="members">
    {Object.entries(object).map(([name, value]) => (
      <div key={name}>
        <dt>
          <bdi>{name === '' ? '""' : visible(name)}</bdi>
        </dt>
        <dd>
          <View value={value} />
        </dd>
      </div>
    ))}
  </dl>
)
