import { isNumeric, isValueObject, type Value } from '@runmeta/sdk'
import { isLink, Link, Size, visible } from './inline.tsx'
import { ListTable, likeObjects, matrix } from './table.tsx'
import { Text } from './text.tsx'
import { Tree } from './tree.tsx'
import { isScalar, jsonOf, kindOf, plain } from './value.ts'

/** Characters of a link that are shown. */
const MAX_LINK = 300
/** Members of an object that is shown as a plain list of them. */
const MAX_FLAT = 12

/** Items of a list that is shown in a line, and characters of each. */
const MAX_LISTED = 24

const isFlat = (value: Value): boolean => {
  const members = isValueObject(value) ? Object.values(value) : []
  return members.length > 0 && members.length <= MAX_FLAT && members.every(isScalar)
}

/** Whether a list of scalars fits a line or two. */
export const isShortList = (value: Value): boolean =>
  Array.isArray(value) &&
  value.length <= MAX_LISTED &&
  value.every((item) => isScalar(item) && String(item).length <= MAX_LISTED)

const listText = (value: Value): string =>
  Array.isArray(value) ? `[${value.map((item) => jsonOf(item)).join(', ')}]` : jsonOf(value)

/** A value, shown as what it is. */
export function View({ value }: { readonly value: Value }) {
  const bare = plain(value)
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
  const objects = likeObjects(bare) ?? matrix(bare)
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
