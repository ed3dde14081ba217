import type { HistoryEntry } from '@runmeta/sdk'
import { type Listing, useListing } from '../app/listing.ts'
import { client } from '../app/session.ts'
import { plottable } from '../value/value.ts'

const PAGE_SIZE = 1000
/** The number of entries to read first if the values are not numbers: they may be large. */
const FIRST_COUNT = 100
/** The number of entries to read first if the values are numbers, for the plot. */
const FIRST_NUMBERS = 20_000

/** The history of a key, newest first. */
export const useEntries = (reference: string, key: string, step: string | undefined): Listing<HistoryEntry> =>
  useListing({
    cause: JSON.stringify([reference, key, step]),
    open: (signal) =>
      client.peek().history(reference, key, { ...(step === undefined ? {} : { step }), pageSize: PAGE_SIZE, signal }),
    idOf: ({ log }) => log,
    isEnough: (entries) => {
      const isNumber = plottable(entries[FIRST_COUNT - 1]?.value) !== undefined
      return entries.length >= (isNumber ? FIRST_NUMBERS : FIRST_COUNT)
    },
    pageSize: PAGE_SIZE,
  })
