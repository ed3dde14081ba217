import * as Access from '@runmeta/schema/access'
import { PROBLEMS, type ProblemCode } from '@runmeta/schema/problem'
import * as Reply from '@runmeta/schema/reply'
import * as Input from '@runmeta/schema/run'
import * as z from 'zod/mini'
import { CALLS, type Call, codesOf } from './calls.ts'
import { EXAMPLES, type Example } from './examples.ts'
import { CONDITION, SEARCH_PARAMETERS, searchSchema } from './search.ts'

/** Builds the OpenAPI document from the schemas. Build time only: a server reads the resulting file. */

type Json = Record<string, unknown>

const schemaOf = (schema: z.ZodMiniType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' })
  return rest
}

const LogBody = z.strictObject({
  metadata: Reply.Metadata,
  types: z.optional(Reply.Types),
  ...Input.LogOptions.shape,
})

const LogsBody = z.strictObject({
  logs: z
    .array(z.strictObject({ metadata: Reply.Metadata, types: z.optional(Reply.Types), ...Input.ManyLogOptions.shape }))
    .check(z.minLength(1), z.maxLength(100)),
})

const SCHEMAS: Record<string, Json> = {
  CreateRun: schemaOf(Input.CreateRun, 'input'),
  UpdateRun: schemaOf(Input.UpdateRun, 'input'),
  Log: schemaOf(LogBody, 'input'),
  ManyLogs: schemaOf(LogsBody, 'input'),
  CreateKey: schemaOf(Access.CreateKey, 'input'),
  CreateToken: schemaOf(Access.CreateToken, 'input'),
  Run: schemaOf(Reply.Run, 'output'),
  RunWithMetadata: schemaOf(Reply.RunWithMetadata, 'output'),
  LogReceipt: schemaOf(Reply.LogReceipt, 'output'),
  LogResults: schemaOf(Reply.LogResults, 'output'),
  History: schemaOf(Reply.History, 'output'),
  Logs: schemaOf(Reply.Logs, 'output'),
  Key: schemaOf(Reply.Key, 'output'),
  CreatedKey: schemaOf(Reply.CreatedKey, 'output'),
  Keys: schemaOf(Reply.Keys, 'output'),
  RunToken: schemaOf(Reply.RunToken, 'output'),
  Runs: schemaOf(Reply.Runs, 'output'),
  Search: searchSchema(),
  Condition: CONDITION,
  Limits: schemaOf(Reply.Limits, 'output'),
  Health: schemaOf(Reply.Health, 'output'),
  Problem: schemaOf(Reply.Problem, 'output'),
}

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` })

const HEADERS: Json = {
  RequestId: { description: 'Identifies this request in the server’s log.', schema: { type: 'string' } },
  RetryAfter: { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 1 } },
}

const REQUEST_ID = { 'x-request-id': { $ref: '#/components/headers/RequestId' } }
/** The headers of an error that says when to retry. */
const RETRY_AFTER = { ...REQUEST_ID, 'retry-after': { $ref: '#/components/headers/RetryAfter' } }

/** Statuses whose replies have no body. */
const BODILESS = new Set(['204', '304'])

/** A reply for each error status of a call; its description names the codes. */
function refusalsOf(call: Call): Record<string, Json> {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of codesOf(call)) {
    const { status } = PROBLEMS[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  const replies = [...byStatus].map(([status, codes]): [string, Json] => {
    const description = codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' ')
    const mayRetry = status === 429 || status === 503
    const headers = mayRetry ? RETRY_AFTER : REQUEST_ID
    return [String(status), { description, headers, content: PROBLEM }]
  })
  return Object.fromEntries(replies)
}

const PROBLEM: Json = { 'application/problem+json': { schema: ref('Problem') } }

const parameterOf = (name: string, place: string, description: string, schema: Json): Json => ({
  name,
  in: place,
  required: place === 'path' || name === 'key',
  description,
  schema,
})

const PARAMETERS: Record<string, Json> = {
  ...SEARCH_PARAMETERS,
  run: parameterOf('run', 'path', 'An id, a name or a prefix of either, percent-encoded.', { type: 'string' }),
  key: parameterOf('key', 'query', 'The metadata key.', { type: 'string', minLength: 1 }),
  step: parameterOf('step', 'query', 'The step that has the key; without it, the run’s own key.', { type: 'string' }),
  limit: parameterOf('limit', 'query', 'Entries per page.', {
    type: 'integer',
    minimum: 1,
    maximum: 1000,
    default: 100,
  }),
  cursor: parameterOf('cursor', 'query', 'The `next` of the previous page.', { type: 'string' }),
  metadataCursor: parameterOf('metadataCursor', 'query', 'The `metadataNext` of the previous page.', {
    type: 'string',
  }),
  at: parameterOf(
    'at',
    'query',
    'The id or position of a log, or a time: returns the metadata as it was then. A time in the future means now.',
    { type: 'string' },
  ),
  importedAt: parameterOf(
    'createdAt',
    'query',
    'For imports: the time of the unset. Must not be in the future, and needs a key with the role admin.',
    { type: 'string', format: 'date-time' },
  ),
  exact: parameterOf('exact', 'query', 'With `true`, accepts only a complete id or name, and no prefix.', {
    type: 'boolean',
    default: false,
  }),
  exactRun: parameterOf('run', 'path', 'An exact id or name, percent-encoded.', { type: 'string' }),
  keyId: parameterOf('id', 'path', 'The id of an API key.', { type: 'string' }),
  ifNoneMatch: parameterOf('If-None-Match', 'header', 'The ETag of an earlier reply.', { type: 'string' }),
  idempotencyKey: parameterOf(
    'Idempotency-Key',
    'header',
    'A log or an unset that is repeated with the same key counts once.',
    {
      type: 'string',
      minLength: 1,
      maxLength: 255,
    },
  ),
}

/** Describes which credentials may make a call. */
function doorOf({ isOpen = false, needs = 'read', takesToken = false }: Call): string {
  if (isOpen) return 'Needs no key.'
  return `Needs an API key with the role \`${needs}\` or higher${takesToken ? ', or a token of that run if the run is named by its id' : ''}.`
}

/** The `curl` command for an example. */
function commandOf({ path, headers = {}, body }: Example, { method, isOpen = false }: Call): string {
  const lines = [
    `curl -X ${method.toUpperCase()} "$RUNMETA_URL${path}"`,
    ...(isOpen ? [] : ['-H "Authorization: Bearer $RUNMETA_API_KEY"']),
    ...Object.entries(headers).map(([name, value]) => `-H "${name}: ${value}"`),
    ...(body === undefined ? [] : ['-H "Content-Type: application/json"', `-d '${JSON.stringify(body)}'`]),
  ]
  return lines.join(' \\\n  ')
}

function operationOf(call: Call): Json {
  const { id, summary, input, parameters, replies, isOpen, mediaType = 'application/json' } = call
  const example = EXAMPLES[id]
  const entries = Object.entries(replies).map(([status, [description, schema]]) => {
    const shown = example?.status === Number(status) && example.reply !== undefined ? { example: example.reply } : {}
    const content = { [mediaType]: { schema: schema === undefined ? {} : ref(schema), ...shown } }
    return [status, { description, headers: REQUEST_ID, ...(BODILESS.has(status) ? {} : { content }) }]
  })
  return {
    operationId: id,
    summary,
    description: doorOf(call),
    ...(isOpen ? { security: [] } : {}),
    ...(parameters === undefined
      ? {}
      : { parameters: parameters.map((name) => ({ $ref: `#/components/parameters/${name}` })) }),
    ...(input === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: ref(input), example: example?.body } },
          },
        }),
    responses: { ...Object.fromEntries(entries), ...refusalsOf(call) },
    ...(example === undefined ? {} : { 'x-codeSamples': [{ lang: 'Shell', source: commandOf(example, call) }] }),
  }
}

/** The document as an object. */
export function openapiDocument(version: string): Json {
  const paths: Record<string, Json> = {}
  for (const call of CALLS) paths[call.path] = { ...paths[call.path], [call.method]: operationOf(call) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'runmeta',
      version,
      description:
        'Run metadata for cloud-hosted pipelines: log it from inside a step or afterwards, read it back by run id, name or prefix.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    paths,
    components: {
      schemas: SCHEMAS,
      parameters: PARAMETERS,
      headers: HEADERS,
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key, `rmk_…`, or a run token, `rmt_…`, to log to its run.',
        },
      },
    },
  }
}
