import * as z from 'zod/mini'
import { converted, ruled } from './field.ts'
import { keyFault } from './key.ts'
import { ImportTime, StepName } from './run.ts'

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1000

const Key = ruled(keyFault, 'is missing; send the metadata key, percent-encoded')

function limitIn(text: string): number | undefined {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0
  return limit >= 1 && limit <= MAX_LIMIT ? limit : undefined
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])
const exact = z._default(
  converted((text) => FLAGS.get(text), 'must be true or false'),
  false,
)

/** The query of a call that lists what belongs to a run. */
export const PageQuery = z.strictObject({
  limit: z._default(converted(limitIn, `must be a whole number from 1 to ${MAX_LIMIT}`), DEFAULT_LIMIT),
  cursor: z.optional(z.string()),
  exact,
})

/** The query of `GET /v1/runs/{run}/history`. */
export const HistoryQuery = z.strictObject({
  key: Key,
  step: z.optional(StepName),
  ...PageQuery.shape,
})

/** The query of `GET /v1/runs/{run}`. */
export const ReadQuery = z.strictObject({
  metadataCursor: z.optional(z.string()),
  at: z.optional(z.string()),
  exact,
})

/** The query of calls whose only parameter is `exact`. */
export const ExactQuery = z.strictObject({ exact })

/** The query of `DELETE /v1/runs/{run}/metadata`. */
export const UnsetQuery = z.strictObject({
  key: Key,
  step: z.optional(StepName),
  createdAt: z.optional(ImportTime),
  exact,
})
