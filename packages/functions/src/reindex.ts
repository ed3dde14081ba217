import { reindex } from '@runmeta/core/maintenance/reindex'
import { shardsFrom } from '@runmeta/core/shards'
import { createClock } from '@runmeta/core/table/clock'
import * as z from 'zod/mini'
import { functionTable } from './table.ts'

/** The function that rebuilds the search index. An operator invokes it; it has no HTTP endpoint. */

const KeyShape = z.strictObject({ pk: z.string(), sk: z.string() })

/** The event of an invocation. */
const Input = z.strictObject({
  /** RFC 3339: only check runs that were created, changed or logged to since then. */
  since: z.optional(z.iso.datetime()),
  /** `next` of an invocation that ran out of time. */
  from: z.optional(KeyShape),
})

/** It stops when less time than this is left, and returns where to continue. */
const MARGIN_MS = 30_000

const tableName = process.env.RUNMETA_TABLE
if (tableName === undefined || tableName === '') throw new Error('RUNMETA_TABLE is not set; the infra sets it')
const table = functionTable(tableName, createClock())
const shardsOf = shardsFrom(process.env.RUNMETA_SHARDS)

export async function handler(event: unknown, { getRemainingTimeInMillis }: { getRemainingTimeInMillis(): number }) {
  const { since, from } = Input.parse(event ?? {})
  return reindex(
    { table, shardsOf },
    {
      ...(since === undefined ? {} : { since: Date.parse(since) }),
      ...(from === undefined ? {} : { from }),
      isEnough: () => getRemainingTimeInMillis() < MARGIN_MS,
    },
  )
}
