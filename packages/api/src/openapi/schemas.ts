import { OPERATORS } from '@runmeta/core/search/condition'
import * as Access from '@runmeta/schema/access'
import * as Reply from '@runmeta/schema/reply'
import * as Input from '@runmeta/schema/run'
import { SearchBody } from '@runmeta/schema/search'
import * as z from 'zod/mini'

type Json = Record<string, unknown>

export const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` })

const jsonSchema = (schema: z.ZodMiniType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    // Keep only the accepted forms: zod would also require the array into which a single value is converted.
    override({ jsonSchema: made }) {
      if (made.anyOf === undefined) return
      for (const keyword of ['type', 'items', 'minItems', 'maxItems'] as const) delete made[keyword]
    },
  })
  return rest
}

const input = (schema: z.ZodMiniType): Json => jsonSchema(schema, 'input')
const output = (schema: z.ZodMiniType): Json => jsonSchema(schema, 'output')

const CONTENT = { metadata: Reply.Metadata, types: z.optional(Reply.Types) }
const LogBody = z.strictObject({ ...CONTENT, ...Input.LogOptions.shape })
const ManyLogsBody = z.strictObject({
  logs: z.array(z.strictObject({ ...CONTENT, ...Input.ManyLogOptions.shape })).check(z.minLength(1), z.maxLength(100)),
})

const form = (properties: Json, required: readonly string[]): Json => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

const condition = ref('Condition')
const conditions = { type: 'array', items: condition }

/** Written by hand: for a recursive schema, zod would create definitions outside `components`. */
const CONDITION: Json = {
  description:
    'A condition on the run’s own metadata, not on that of its steps. Numbers compare in full precision. A value of another kind does not match.',
  anyOf: [
    form(
      {
        pointer: { type: 'string', description: 'A JSON Pointer (RFC 6901), such as `/run_metrics/accuracy`.' },
        op: { enum: OPERATORS },
        value: { description: 'A scalar; an array for `in` and `between`; `true`, `false` or absent for `exists`.' },
      },
      ['pointer', 'op'],
    ),
    form({ and: conditions }, ['and']),
    form({ or: conditions }, ['or']),
    form({ not: condition }, ['not']),
  ],
}

function searchBody(): Json {
  const { properties, ...schema } = input(SearchBody)
  return {
    ...schema,
    properties: {
      ...(properties as Json),
      where: {
        description: 'A condition, or an array of conditions that must all hold.',
        anyOf: [condition, conditions],
      },
      limit: { type: 'integer', minimum: 1, maximum: 200, description: 'Runs per page; at most 20 with metadata.' },
    },
  }
}

/** The schemas of bodies and replies, by name. */
export const SCHEMAS: Readonly<Record<string, Json>> = {
  CreateRun: input(Input.CreateRun),
  UpdateRun: input(Input.UpdateRun),
  Log: input(LogBody),
  ManyLogs: input(ManyLogsBody),
  CreateKey: input(Access.CreateKey),
  CreateToken: input(Access.CreateToken),
  Run: output(Reply.Run),
  RunWithMetadata: output(Reply.RunWithMetadata),
  LogReceipt: output(Reply.LogReceipt),
  LogResults: output(Reply.LogResults),
  History: output(Reply.History),
  Logs: output(Reply.Logs),
  Key: output(Reply.Key),
  CreatedKey: output(Reply.CreatedKey),
  Keys: output(Reply.Keys),
  RunToken: output(Reply.RunToken),
  Runs: output(Reply.Runs),
  Search: searchBody(),
  Condition: CONDITION,
  Limits: output(Reply.Limits),
  Health: output(Reply.Health),
  Problem: output(Reply.Problem),
}
