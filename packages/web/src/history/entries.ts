import type { HistoryEntry, PipelineRun } from '@runmeta/sdk'
import { type Listing, useListing } from '../app/listing.ts'
import { client } from '../app/session.ts'
import { plottable } from '../value/value.ts'
import { useNewest } from './follow.ts'

const PAGE_SIZE = 1000
/** The number of entries to read first if the values are not numbers: they may be large. */
const FIRST_COUNT = 100
/** The number of entries to read first if the values are numbers, for the plot. */
const FIRST_NUMBERS = 20_000

interface Place {
  /** The id, name or prefix of a run. */
  readonly reference: string
  readonly key: string
  readonly step: string | undefined
}

/** The history of a key, newest first. While the run is running, it grows. */
export function useEntries({ reference, key, step }: Place, run: PipelineRun | undefined): Listing<HistoryEntry> {
  const read = (pageSize: number, signal: AbortSignal) =>
    client.peek().history(reference, key, { ...(step === undefined ? {} : { step }), pageSize, signal })
  const history = useListing({
    cause: JSON.stringify([reference, key, step]),
    open: (signal) => read(PAGE_SIZE, signal),
    idOf: ({ log }) => log,
    isEnough: (entries) => {
      const isNumber = plottable(entries[FIRST_COUNT - 1]?.value) !== undefined
      return entries.length >= (isNumber ? FIRST_NUMBERS : FIRST_COUNT)
    },
    pageSize: PAGE_SIZE,
  })
  useNewest(history, run, read)
  return history
}
