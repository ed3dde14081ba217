import { readFile } from 'node:fs/promises'
import type { Answered } from '@runmeta/api/answered'
import { createApp } from '@runmeta/api/app'
import { dashboardSetting } from '@runmeta/api/dashboard/folder'
import { bareRefusal } from '@runmeta/api/problem'
import { apiSettings } from '@runmeta/api/settings'
import { createSigner, signingKeys } from '@runmeta/core/auth/token/signer'
import { createServer } from '@runmeta/core/server'
import { shardsFrom } from '@runmeta/core/shards'
import { present } from '@runmeta/core/table/attribute'
import { createClock } from '@runmeta/core/table/clock'
import { HEALTH_KEY } from '@runmeta/core/table/keys'
import { type APIGatewayProxyResult, handle, type LambdaContext } from 'hono/aws-lambda'
import { toHttpEvent } from './event.ts'
import { metricLine } from './metric.ts'
import { setting } from './setting.ts'
import { functionTable } from './table.ts'

/** The function that answers HTTP APIs and function URLs. */

/** The default rate of a key, in units per second. One server that answers a request at a time cannot do more. */
const DEFAULT_RATE = 200

const write = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

/** An error with its stack and cause, for the log. None of it contains a caller's data. */
function described(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof Error)) return { error: String(error) }
  const { stack = '', cause } = error
  return { error: String(error), stack, ...(cause === undefined ? {} : { cause: String(cause) }) }
}

const clock = createClock()
const table = functionTable(setting('RUNMETA_TABLE'), clock)
const server = createServer({ table, clock, shardsOf: shardsFrom(process.env.RUNMETA_SHARDS) })

const onResponse = (request: Answered): void =>
  write(metricLine(request, process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'runmeta'))

const app = createApp({
  server,
  rootKey: setting('RUNMETA_ROOT_KEY'),
  signer: createSigner(signingKeys('RUNMETA_SIGNING_KEY', setting('RUNMETA_SIGNING_KEY'))),
  engine: {
    name: 'dynamodb',
    promises: [
      'an acknowledged write is on several disks',
      'reads by id and by exact name see every write before them',
    ],
  },
  // The document is a separate file, so that a cold start does not load it.
  openapi: () => readFile(new URL('./openapi.json', import.meta.url), 'utf8'),
  onError: (error, requestId) => {
    process.stderr.write(`${JSON.stringify({ level: 'error', requestId, ...described(error) })}\n`)
  },
  onResponse,
  ...present({ dashboard: dashboardSetting(process.env, new URL('./web/', import.meta.url)) }),
  ...apiSettings(process.env, { rate: DEFAULT_RATE }),
})

const answer = handle(app)

/** The reply to an event that is not a valid HTTP request. */
function refused(): APIGatewayProxyResult {
  const requestId = crypto.randomUUID()
  const { status, headers, body } = bareRefusal('malformed HTTP request', requestId)
  onResponse({ requestId, method: 'other', route: '*', status, code: 'bad_request', duration: 0 })
  return { statusCode: status, headers: { ...headers }, body, isBase64Encoded: false }
}

export async function handler(event: unknown, context: LambdaContext): Promise<APIGatewayProxyResult> {
  const request = toHttpEvent(event)
  if (request === undefined) return refused()
  const result = await answer(request, context)
  // The adapter answers some malformed events itself, not as a problem document.
  return result.headers?.['x-request-id'] === undefined ? refused() : result
}

// Init runs at full CPU, so open the connection for the first request here. Ignore a failure: the request will report it.
await table
  .withSignal(AbortSignal.timeout(1000))
  .get(HEALTH_KEY)
  .catch(() => undefined)
