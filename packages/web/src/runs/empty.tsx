import type { ListedRun } from '@runmeta/sdk'
import { setParameters } from '../app/address.ts'
import type { Listing } from '../app/listing.ts'
import { Button } from '../ui/button.tsx'
import { Failure, Notice, Skeleton } from '../ui/notice.tsx'
import { FirstRun } from './first.tsx'
import { isRefusedSearch } from './search.tsx'
import { isFiltered, NO_FILTERS, type View } from './view.ts'

interface NoRunsProps {
  readonly list: Listing<ListedRun>
  readonly view: View
}

/** Shown instead of an empty table. */
export function NoRuns({ list: { error, isLoading, retry }, view }: NoRunsProps) {
  if (isRefusedSearch(error)) return null
  if (error !== undefined) return <Failure error={error} retry={retry} />
  if (isLoading) return <Skeleton lines={12} />
  if (!isFiltered(view) && view.order === '') return <FirstRun />
  return (
    <Notice title="No run matches" icon="search">
      <p>
        Check the spelling, or remove a condition. A condition only matches values of the same kind: 1 does not match
        "1".
      </p>
      <Button label="Clear search and filters" onClick={() => setParameters({ ...NO_FILTERS, order: undefined })} />
    </Notice>
  )
}
