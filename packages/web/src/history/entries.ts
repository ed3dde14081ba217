import type { HistoryEntry, PipelineRun, Value } from '@runmeta/sdk'
import { type Listing, useListing } from '../app/listing.ts'
import { client } from '../app/session.ts'
import { jsonOf } from '../value/value.ts'
import { useNewest } from './follow.ts'
import { numbersOf } from './points.ts'

const PAGE_SIZE = 1000
/** The number of entries to read first if the values cannot be plotted, or are long. */
const FIRST_COUNT = 100
/** The number of entries to read first for a plot. */
const FIRST_NUMBERS = 20_000
/** The most characters of a short value. */
const MAX_SHORT = 500

const isForPlot = (value: Value): boolean => numbersOf(value).length > 0 && jsonOf(value).length <= MAX_SHORT

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
    // This is asked after each entry, so that the values need only be looked at once.
    isEnough: (entries) =>
      entries.length >= FIRST_NUMBERS ||
      (entries.length === FIRST_COUNT && !isForPlot(entries[FIRST_COUNT - 1]?.value ?? null)),
    pageSize: PAGE_SIZE,
  })
  useNewest(history, run, read)
  return history
}
