import { OPERATORS } from '@runmeta/core/search/condition'
import { RUN_STATUSES } from '@runmeta/schema/run'
import { SearchBody } from '@runmeta/schema/search'
import * as z from 'zod/mini'

/** The schemas of listing and search. */

type Json = Record<string, unknown>

const ref = { $ref: '#/components/schemas/Condition' }
const refs = { type: 'array', items: ref }
const form = (properties: Json, required: readonly string[]): Json => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

/** Written by hand: for a recursive schema, zod would create definitions outside `components`. */
export const CONDITION: Json = {
  description:
    'A condition on a run’s metadata, without its steps. Numbers compare in full precision. Values of different kinds do not match.',
  anyOf: [
    form(
      {
        pointer: { type: 'string', description: 'A JSON Pointer (RFC 6901), such as `/run_metrics/accuracy`.' },
        op: { enum: OPERATORS },
        value: { description: 'A scalar; an array for `in` and `between`; `true`, `false` or absent for `exists`.' },
      },
      ['pointer', 'op'],
    ),
    form({ and: refs }, ['and']),
    form({ or: refs }, ['or']),
    form({ not: ref }, ['not']),
  ],
}

export function searchSchema(): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(SearchBody, {
    io: 'input',
    target: 'draft-2020-12',
    unrepresentable: 'any',
    // Keep only the accepted forms: zod would also require the array into which a single value is converted.
    override({ jsonSchema }) {
      if (jsonSchema.anyOf === undefined) return
      for (const keyword of ['type', 'items', 'minItems', 'maxItems'] as const) delete jsonSchema[keyword]
    },
  })
  return {
    ...schema,
    properties: {
      ...schema.properties,
      where: { description: 'A condition, or an array of conditions that must all hold.', anyOf: [ref, refs] },
      limit: { type: 'integer', minimum: 1, maximum: 200, description: 'Runs per page; at most 20 with metadata.' },
    },
  }
}

const parameter = (name: string, description: string, schema: Json): Json => ({
  name,
  in: 'query',
  required: false,
  description,
  schema,
})
const list = (schema: Json): Json => ({ type: 'array', items: schema })
const time = { type: 'string', format: 'date-time' }
const text = { type: 'string' }

export const SEARCH_PARAMETERS: Record<string, Json> = {
  id: parameter('id', 'An id. May be repeated up to 100 times.', list({ type: 'string', format: 'uuid' })),
  name: parameter('name', 'The beginning of the name; case-sensitive.', text),
  nameContains: parameter('nameContains', 'A part of the name, in any case.', text),
  pipeline: parameter('pipeline', 'May be repeated: a run needs to have any of them.', list(text)),
  status: parameter('status', 'May be repeated: a run needs to have any of them.', list({ enum: RUN_STATUSES })),
  createdAfter: parameter('createdAfter', 'Created after this time, excluding the time itself.', time),
  createdBefore: parameter('createdBefore', 'Created before this time, excluding the time itself.', time),
  where: parameter(
    'where',
    'A condition, `<pointer> <op> <JSON>`, such as `/run_metrics/accuracy >= 0.9`. May be repeated: all must hold.',
    list(text),
  ),
  select: parameter('select', 'A JSON Pointer. The reply has its value for each run. May be repeated.', list(text)),
  include: parameter('include', 'With `metadata`, the reply has all metadata of each run.', { enum: ['metadata'] }),
  order: parameter('order', 'A JSON Pointer or `createdAt`; a leading `-` sorts in descending order.', text),
  listLimit: parameter('limit', 'Runs per page; at most 20 with metadata.', {
    type: 'integer',
    minimum: 1,
    maximum: 200,
    default: 50,
  }),
  listCursor: parameter('cursor', 'The `next` of the previous page.', text),
}
