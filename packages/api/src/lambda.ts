import { readFile } from 'node:fs/promises'
import { createServer } from '@runmeta/core/server'
import { shardsFrom } from '@runmeta/core/shards'
import { HEALTH_KEY } from '@runmeta/core/store/item'
import { createSigner, signingKeys } from '@runmeta/core/token/signer'
import { type APIGatewayProxyResult, handle, type LambdaContext } from 'hono/aws-lambda'
import { createApp } from './app.ts'
import { speakable } from './event.ts'
import { bareRefusal } from './problem.ts'

/** The Lambda entry: the only file that knows Lambda and its environment. It answers HTTP APIs and function URLs. */

function setting(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`${name} is not set; the infra sets it`)
  return value
}

const server = createServer({ tableName: setting('RUNMETA_TABLE'), shardsOf: shardsFrom(process.env.RUNMETA_SHARDS) })

const app = createApp({
  server,
  rootKey: setting('RUNMETA_API_KEY'),
  signer: createSigner(signingKeys('RUNMETA_SIGNING_KEY', setting('RUNMETA_SIGNING_KEY'))),
  engine: {
    name: 'dynamodb',
    promises: [
      'an acknowledged write is on several disks',
      'reads by id and by exact name see every write before them',
    ],
  },
  // Beside the bundle, so that a cold start does not carry it.
  openapi: () => readFile(new URL('./openapi.json', import.meta.url), 'utf8'),
  report: (error, requestId) => {
    const cause = error instanceof Error && error.cause !== undefined ? { cause: String(error.cause) } : {}
    process.stderr.write(`${JSON.stringify({ level: 'error', requestId, error: String(error), ...cause })}\n`)
  },
})

const answer = handle(app)

/** What no `Request` can be made of never reaches the app: the adapter answers it, in a form of its own. */
function inOurForm(result: APIGatewayProxyResult): APIGatewayProxyResult {
  if (result.headers?.['x-request-id'] !== undefined) return result
  const { status, headers, body } = bareRefusal('request: is no HTTP that can be read', crypto.randomUUID())
  return { statusCode: status, headers: { ...headers }, body, isBase64Encoded: false }
}

export const handler = async (
  event: Parameters<typeof speakable>[0],
  context: LambdaContext,
): Promise<APIGatewayProxyResult> => inOurForm(await answer(speakable(event), context))

// Init runs at full CPU: the connection that the first request needs is opened here. A store that does not answer now is
// not the init's failure; the request will tell.
await server.store
  .until(AbortSignal.timeout(1000))
  .get(HEALTH_KEY)
  .catch(() => undefined)
