import type { Metadata } from '@runmeta/sdk'
import type { RefObject } from 'preact'
import { useMemo } from 'preact/hooks'
import { setParameters } from '../app/address.ts'
import { Button } from '../ui/button.tsx'
import { counted } from '../ui/count.ts'
import { Icon } from '../ui/icon.tsx'
import { Notice } from '../ui/notice.tsx'
import { Cards } from './cards.tsx'

interface MetadataCardsProps {
  readonly metadata: Metadata
  readonly label: string
  readonly filter: string
  readonly isFollowing: boolean
  /** Whether the metadata is that of an earlier moment. */
  readonly isPast: boolean
  readonly box: RefObject<HTMLInputElement | null>
  readonly scroller: RefObject<HTMLElement | null>
  /** The address of a key's history. */
  readonly linkOf: (key: string) => string
}

/** A card for each key of a run or a step that matches the filter. */
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
      {all.length > 0 && <h2 class="visually-hidden">Keys</h2>}
      {all.length > 0 && (
        <div class="metadata-bar">
          <div class="search-box">
            <Icon name="search" />
            <input
              ref={box}
              type="search"
              aria-label="Filter keys"
              placeholder={`Filter ${counted(all.length, 'key')}`}
              value={filter}
              spellcheck={false}
              onInput={(event) => setParameters({ q: event.currentTarget.value })}
              onKeyDown={(event) => {
                if (event.key === 'Escape') event.currentTarget.blur()
              }}
            />
          </div>
          <span class="dim small" role="status">
            {wanted !== '' && `${shown.length.toLocaleString('en')} of ${counted(all.length, 'key')}`}
          </span>
        </div>
      )}
      {all.length === 0 && (
        <Notice title={isPast ? 'Nothing had been logged here by then' : 'Nothing has been logged here yet'}>
          {isPast ? (
            <p>Imported logs count from the time of their import, not from the time at which they were measured.</p>
          ) : (
            <p>
              {isFollowing
                ? 'Keys appear here as soon as they are logged.'
                : 'Log to this run with the SDK, the command or the API.'}
            </p>
          )}
        </Notice>
      )}
      {all.length > 0 && shown.length === 0 && (
        <Notice title="No key matches" icon="search">
          <Button label="Show all keys" onClick={() => setParameters({ q: undefined })} />
        </Notice>
      )}
      <Cards entries={shown} scroller={scroller} linkOf={linkOf} />
    </section>
  )
}
