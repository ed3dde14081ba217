import { Icon } from '../ui/icon.tsx'

interface SortHeadingProps {
  readonly name: string
  /** What a click sorts by: a field or a pointer. */
  readonly by: string
  /** The order of the list. */
  readonly order: string
  readonly onOrder: (order: string) => void
  readonly class: string
  readonly title?: string
}

/** A heading that sorts. Each click takes the next order: highest first, lowest first, the default. */
export function SortHeading({ name, by, order, onOrder, title, ...rest }: SortHeadingProps) {
  const { next, sort, icon } = sortOf(by, order)
  return (
    <th scope="col" aria-sort={sort} class={rest.class} title={title}>
      <button type="button" class="head" onClick={() => onOrder(next)}>
        <bdi>{name}</bdi>
        {icon && <Icon name={icon} />}
      </button>
    </th>
  )
}

function sortOf(by: string, order: string) {
  if (order === `-${by}`) return { next: by, sort: 'descending', icon: 'fall' } as const
  if (order === by) return { next: '', sort: 'ascending', icon: 'up' } as const
  return { next: `-${by}`, sort: 'none', icon: undefined } as const
}
