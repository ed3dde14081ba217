import { reindex } from '@runmeta/core/maintenance/reindex'
import { shardsFrom } from '@runmeta/core/shards'
import { present } from '@runmeta/core/table/attribute'
import { createClock } from '@runmeta/core/table/clock'
import * as z from 'zod/mini'
import { setting } from './setting.ts'
import { functionTable } from './table.ts'

/** The function that rebuilds the search index. An operator invokes it; it has no HTTP endpoint. */

const Input = z.strictObject({
  /** RFC 3339: only check runs that were created, changed or logged to since then. */
  since: z.optional(z.iso.datetime()),
  /** `next` of an invocation that ran out of time. */
  from: z.optional(z.strictObject({ pk: z.string(), sk: z.string() })),
})

/** It stops when less time than this is left, and returns where to continue. */
const MARGIN_MS = 30_000

const table = functionTable(setting('RUNMETA_TABLE'), createClock())
const shardsOf = shardsFrom(process.env.RUNMETA_SHARDS)

export async function handler(event: unknown, call: { getRemainingTimeInMillis(): number }) {
  const { since, from } = Input.parse(event ?? {})
  return reindex(
    { table, shardsOf },
    {
      ...present({ since: since === undefined ? undefined : Date.parse(since), from }),
      isEnough: () => call.getRemainingTimeInMillis() < MARGIN_MS,
    },
  )
}
