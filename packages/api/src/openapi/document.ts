import { PROBLEMS, type ProblemCode } from '@runmeta/schema/problem'
import { CALLS, type Call, codesOf } from './calls.ts'
import { EXAMPLES, type Example } from './examples.ts'
import { PARAMETERS } from './parameters.ts'
import { ref, SCHEMAS } from './schemas.ts'

/** Builds the OpenAPI document from the schemas. Build time only: a server reads the resulting file. */

type Json = Record<string, unknown>

const HEADERS: Json = {
  RequestId: { description: 'Identifies this request in the server’s log.', schema: { type: 'string' } },
  RetryAfter: { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 1 } },
}

const REQUEST_ID = { 'x-request-id': { $ref: '#/components/headers/RequestId' } }
/** The headers of an error that says when to retry. */
const RETRY_AFTER = { ...REQUEST_ID, 'retry-after': { $ref: '#/components/headers/RetryAfter' } }

/** Statuses whose replies have no body. */
const BODILESS = new Set(['204', '304'])

const PROBLEM: Json = { 'application/problem+json': { schema: ref('Problem') } }

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

function credentialsOf({ isOpen = false, needs = 'read', takesToken = false }: Call): string {
  if (isOpen) return 'Needs no key.'
  return `Needs an API key with the role \`${needs}\` or higher${takesToken ? ', or a run token of this run; `{run}` must then be its id' : ''}.`
}

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
  const body = input === undefined ? undefined : { schema: ref(input), example: example?.body }
  const entries = Object.entries(replies).map(([status, [description, schema]]) => {
    const shown = example?.status === Number(status) && example.reply !== undefined ? { example: example.reply } : {}
    const content = { [mediaType]: { schema: schema === undefined ? {} : ref(schema), ...shown } }
    return [status, { description, headers: REQUEST_ID, ...(BODILESS.has(status) ? {} : { content }) }]
  })
  return {
    operationId: id,
    summary,
    description: credentialsOf(call),
    ...(isOpen ? { security: [] } : {}),
    ...(parameters && { parameters: parameters.map((name) => ({ $ref: `#/components/parameters/${name}` })) }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': body } } }),
    responses: { ...Object.fromEntries(entries), ...refusalsOf(call) },
    ...(example === undefined ? {} : { 'x-codeSamples': [{ lang: 'Shell', source: commandOf(example, call) }] }),
  }
}

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
