import * as z from 'zod/mini'
import { FlagText } from './flag.ts'
import { keyFault } from './key.ts'
import { ImportTime, ruled, StepName } from './run.ts'

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1000

const Key = ruled(keyFault, 'is missing; send the metadata key, percent-encoded')

const Limit = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0
    if (limit >= 1 && limit <= MAX_LIMIT) return limit
    context.issues.push({ code: 'custom', input: text, message: `must be a whole number from 1 to ${MAX_LIMIT}` })
    return z.NEVER
  }),
)

/** The query of `GET /v1/runs/{run}/history`. */
export const HistoryQuery = z.strictObject({
  key: Key,
  step: z.optional(StepName),
  limit: z._default(Limit, DEFAULT_LIMIT),
  cursor: z.optional(z.string()),
  exact: z._default(FlagText, false),
})

/** The query of `GET /v1/runs/{run}`. */
export const ReadQuery = z.strictObject({
  metadataCursor: z.optional(z.string()),
  at: z.optional(z.string()),
  exact: z._default(FlagText, false),
})

/** The query of calls whose only parameter is `exact`. */
export const ExactQuery = z.strictObject({ exact: z._default(FlagText, false) })

/** The query of `DELETE /v1/runs/{run}/metadata`. */
export const UnsetQuery = z.strictObject({
  key: Key,
  step: z.optional(StepName),
  createdAt: z.optional(ImportTime),
  exact: z._default(FlagText, false),
})

/** The query of `GET /v1/runs/{run}/logs`. */
export const LogsQuery = z.strictObject({
  limit: z._default(Limit, DEFAULT_LIMIT),
  cursor: z.optional(z.string()),
  exact: z._default(FlagText, false),
})
