import { resolve } from 'node:path'
import type { ServeOptions } from './serve.ts'

const PORTS = /^\d{1,5}$/

/** What the environment says, with defaults where it says nothing. @throws Error that names the variable to correct. */
export function settings(env: Readonly<Record<string, string | undefined>>): ServeOptions {
  const port = env.PORT || '8787'
  if (!PORTS.test(port) || Number(port) > 65_535) throw new Error('PORT must be a number from 0 to 65535')
  const endpoint = env.RUNMETA_DYNAMODB_ENDPOINT
  if (endpoint && !URL.canParse(endpoint))
    throw new Error('RUNMETA_DYNAMODB_ENDPOINT must be a URL, such as http://127.0.0.1:8000')
  const apiKey = env.RUNMETA_API_KEY
  return {
    directory: resolve(env.RUNMETA_DATA || '.runmeta'),
    host: env.HOST || '127.0.0.1',
    port: Number(port),
    tableName: env.RUNMETA_TABLE || 'runmeta',
    ...(endpoint ? { endpoint } : {}),
    ...(apiKey ? { apiKey } : {}),
  }
}
