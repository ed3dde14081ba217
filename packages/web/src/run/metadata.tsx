import type { Metadata } from '@runmeta/sdk'
import type { RefObject } from 'preact'
import { useMemo } from 'preact/hooks'
import { setParameters } from '../app/address.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Notice } from '../ui/notice.tsx'
import { Cards } from './cards.tsx'

export interface MetadataCardsProps {
  readonly metadata: Metadata
  readonly label: string
  /** The filter over the keys. */
  readonly filter: string
  readonly isFollowing: boolean
  /** Whether this is the run as it was. */
  readonly isPast: boolean
  readonly box: RefObject<HTMLInputElement | null>
  readonly scroller: RefObject<HTMLElement | null>
  /** The page of a key's history. */
  readonly linkOf: (key: string) => string
}

const counted = (count: number): string => `${count.toLocaleString('en')} ${count === 1 ? 'key' : 'keys'}`

/** The keys of a run or a step, those that match a filter. */
export function MetadataCards({
  metadata,
  label,
  filter,
  isFollowing,
  isPast,
  box,
  scroller,
  linkOf,
}: MetadataCardsProps) {
  const wanted = filter.toLowerCase()
  const all = useMemo(() => Object.entries(metadata), [metadata])
  const shown = useMemo(
    () => (wanted === '' ? all : all.filter(([key]) => key.toLowerCase().includes(wanted))),
    [all, wanted],
  )
  return (
    <section class="metadata" aria-label={label}>
      {all.length > 0 && (
        <div class="metadata-bar">
          <div class="search-box">
            <Icon name="search" />
            <input
              ref={box}
              type="search"
              aria-label="Filter keys"
              placeholder={`Filter ${counted(all.length)}`}
              value={filter}
              spellcheck={false}
              onInput={(event) => setParameters({ q: event.currentTarget.value })}
              onKeyDown={(event) => {
                if (event.key === 'Escape') event.currentTarget.blur()
              }}
            />
          </div>
          <span class="dim small" role="status">
            {wanted !== '' && `${shown.length.toLocaleString('en')} of ${counted(all.length)}`}
          </span>
        </div>
      )}
      {all.length === 0 && (
        <Notice title={isPast ? 'Nothing was logged here by then' : 'Nothing is logged here yet'}>
          {isPast ? (
            <p>An imported log counts from the moment of its import, not from the time at which it was measured.</p>
          ) : (
            <p>
              {isFollowing
                ? 'It appears here as soon as it is.'
                : 'Log to this run with the SDK, the command or the API.'}
            </p>
          )}
        </Notice>
      )}
      {all.length > 0 && shown.length === 0 && (
        <Notice title="No key has this in it" icon="search">
          <Button label="Show all keys" onClick={() => setParameters({ q: undefined })} />
        </Notice>
      )}
      <Cards entries={shown} scroller={scroller} linkOf={linkOf} />
    </section>
  )
}
