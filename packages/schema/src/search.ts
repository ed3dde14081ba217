import * as z from 'zod/mini'
import { about } from './about.ts'
import { runNamePrefixFault } from './name.ts'
import { RUN_STATUSES, RunId, RunName, ruled, Status, time } from './run.ts'

/** The default and the maximum number of runs in a page. */
const PAGE = { default: 50, max: 200 } as const
const WHOLE_PAGE = { default: 20, max: 20 } as const
/** Ids in one search. */
const MAX_IDS = 100

const Include = z.literal('metadata', { error: 'must be metadata' })
const LimitText = z.pipe(
  z.string(),
  z.transform((text) => (/^\d{1,4}$/.test(text) ? Number(text) : Number.NaN)),
)
const ids = z
  .array(RunId, { error: 'must be an array of ids' })
  .check(z.maxLength(MAX_IDS, { error: `must have at most ${MAX_IDS} ids` }))

/** Pipelines or statuses in one search. */
const MAX_VALUES = 100

/** One value, or several of which any may match. */
const oneOrMore = <T extends z.ZodMiniType>(item: T, items: object) =>
  about(
    z.pipe(
      z.transform((value: unknown) => (Array.isArray(value) ? value : [value])),
      z
        .array(item)
        .check(
          z.minLength(1, { error: 'must not be empty; leave it out to match any' }),
          z.maxLength(MAX_VALUES, { error: `must have at most ${MAX_VALUES} values` }),
        ),
    ),
    { anyOf: [items, { type: 'array', items, minItems: 1, maxItems: MAX_VALUES }] },
  )

/** Pointers in `select`. */
const MAX_SELECTED = 100
const selected = { error: `must have at most ${MAX_SELECTED} pointers` }

const FILTERS = {
  name: z.optional(
    about(ruled(runNamePrefixFault), { minLength: 1, description: 'The beginning of the name; case-sensitive.' }),
  ),
  nameContains: z.optional(
    about(ruled(runNamePrefixFault), { minLength: 1, description: 'A part of the name, in any case.' }),
  ),
  pipeline: z.optional(oneOrMore(RunName, { type: 'string' })),
  status: z.optional(oneOrMore(Status, { enum: RUN_STATUSES })),
  createdAfter: z.optional(time('Excludes this time itself.')),
  createdBefore: z.optional(time('Excludes this time itself.')),
  order: z.optional(
    about(z.string({ error: 'must be a string' }), {
      description: 'A JSON Pointer or `createdAt`; a leading `-` sorts in descending order.',
    }),
  ),
  cursor: z.optional(z.string({ error: 'must be a string' })),
}

/** The query of `GET /v1/runs`, with each repeatable parameter as a list. */
export const SearchQuery = z.strictObject({
  ...FILTERS,
  id: z.optional(ids),
  where: z._default(z.array(z.string()), []),
  select: z._default(z.array(z.string()).check(z.maxLength(MAX_SELECTED, selected)), []),
  include: z._default(z.array(Include), []),
  limit: z.optional(LimitText),
})

/** The body of `POST /v1/runs/search`; its `where` is the text of the conditions. */
export const SearchBody = z.strictObject({
  ...FILTERS,
  ids: z.optional(ids),
  where: z.optional(z.unknown()),
  select: z._default(
    z
      .array(z.string({ error: 'must be a string' }), { error: 'must be an array of pointers' })
      .check(z.maxLength(MAX_SELECTED, selected)),
    [],
  ),
  include: z._default(z.array(Include, { error: 'must be ["metadata"]' }), []),
  limit: z.optional(z.number({ error: 'must be a whole number' })),
})

/** The number of runs in a page, or why the requested number is invalid. */
export function pageLimit(asked: number | undefined, isWhole: boolean): number | string {
  const { default: standard, max } = isWhole ? WHOLE_PAGE : PAGE
  const limit = asked ?? standard
  if (Number.isInteger(limit) && limit >= 1 && limit <= max) return limit
  return `must be a whole number from 1 to ${max}${isWhole ? ' if metadata is included' : ''}`
}
