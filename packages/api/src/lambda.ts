import { readFile } from 'node:fs/promises'
import { createServer } from '@runmeta/core/server'
import { type APIGatewayProxyResult, handle, type LambdaContext } from 'hono/aws-lambda'
import { createApp } from './app.ts'
import { speakable } from './event.ts'

/** The Lambda entry: the only file that knows Lambda and its environment. It answers HTTP APIs and function URLs. */

function setting(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`${name} is not set; the infra sets it`)
  return value
}

const server = createServer({ tableName: setting('RUNMETA_TABLE') })

const app = createApp({
  server,
  rootKey: setting('RUNMETA_API_KEY'),
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
    process.stderr.write(`${JSON.stringify({ level: 'error', requestId, error: String(error) })}\n`)
  },
})

const answer = handle(app)

export const handler = (
  event: Parameters<typeof speakable>[0],
  context: LambdaContext,
): Promise<APIGatewayProxyResult> => answer(speakable(event), context)

// Init runs at full CPU: the connection that the first request needs is opened here. A store that does not answer now is
// not the init's failure; the request will tell.
await server.store
  .until(AbortSignal.timeout(1000))
  .get({ pk: 'health', sk: 'health' })
  .catch(() => undefined)
