import type { DynamoDBClientConfig } from '@runmeta/core/table/dynamo/document'

type Env = Readonly<Record<string, string | undefined>>

/** The user's DynamoDB API. */
export interface ExternalStore {
  readonly endpoint: string
  /** Credentials and region, if the AWS client cannot find them by itself. */
  readonly client: DynamoDBClientConfig
}

/** Credentials for a DynamoDB API that checks no signature. */
const PLACEHOLDERS = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/
const CREDENTIALS = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
]

export const isLoopback = (hostname: string): boolean => LOOPBACK.test(hostname)

/** The endpoint in `RUNMETA_DYNAMODB_ENDPOINT`. @throws Error if it is not a URL. */
export function externalStore(env: Env): ExternalStore | undefined {
  const endpoint = env.RUNMETA_DYNAMODB_ENDPOINT
  if (!endpoint) return undefined
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol))
    throw new Error('RUNMETA_DYNAMODB_ENDPOINT: expected a URL, such as http://127.0.0.1:8000')
  // The AWS CLI reads both variables; the JavaScript client reads only the first.
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION
  const isPlaceholder = isLoopback(new URL(endpoint).hostname) && !CREDENTIALS.some((name) => env[name])
  return { endpoint, client: { ...(isPlaceholder ? PLACEHOLDERS : {}), ...(region ? { region } : {}) } }
}

/** The first line of an error, with its name. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? String(error.code) : ''
  const [line = ''] = error.message.split('\n')
  return [error.name, line || code].filter((part) => part !== '' && part !== 'Error').join(': ')
}

/** Formats an endpoint for a message, without the credentials in its URL. */
export const placeOf = ({ endpoint }: ExternalStore): string => `the DynamoDB API at ${new URL(endpoint).host}`
