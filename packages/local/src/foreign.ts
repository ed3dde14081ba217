import type { DynamoDBClientConfig } from '@runmeta/core/table/dynamo/client'
import { checkTable } from '@runmeta/core/table/dynamo/create'

type Env = Readonly<Record<string, string | undefined>>

/** A DynamoDB API of the user's, which runs on its own. */
export interface Foreign {
  readonly endpoint: string
  /** Its credentials and region, where the AWS client does not find them by itself. */
  readonly client: DynamoDBClientConfig
}

/** What any engine takes that checks no signature. */
export const PLACEHOLDERS = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/
const CREDENTIALS = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
]

export const isLoopback = (hostname: string): boolean => LOOPBACK.test(hostname)

/** The endpoint that the environment names. @throws Error where it is no URL. */
export function foreign(env: Env): Foreign | undefined {
  const endpoint = env.RUNMETA_DYNAMODB_ENDPOINT
  if (!endpoint) return undefined
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol))
    throw new Error('RUNMETA_DYNAMODB_ENDPOINT must be a URL, such as http://127.0.0.1:8000')
  // The AWS CLI reads both; the AWS client of JavaScript reads the first only.
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION
  const isPlaceholder = isLoopback(new URL(endpoint).hostname) && !CREDENTIALS.some((name) => env[name])
  return { endpoint, client: { ...(isPlaceholder ? PLACEHOLDERS : {}), ...(region ? { region } : {}) } }
}

/** The one line that an error of the AWS client comes down to. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? String(error.code) : ''
  const [line = ''] = error.message.split('\n')
  return [error.name, line || code].filter((part) => part !== '' && part !== 'Error').join(': ')
}

/** What to call an endpoint in a message: no credentials that it may hold. */
export const placeOf = ({ endpoint }: Foreign): string => `the DynamoDB API at ${new URL(endpoint).host}`

/** Checks that the table is there and of the right shape. @throws Error that says what is wrong. */
export async function expectTable(store: Foreign, tableName: string): Promise<void> {
  const place = placeOf(store)
  const state = await checkTable({ ...store.client, endpoint: store.endpoint }, tableName).catch((error: unknown) => {
    throw new Error(`${place} did not say whether it has the table ${tableName}: ${reasonOf(error)}`, { cause: error })
  })
  if (state === 'absent') throw new Error(`${place} has no table ${tableName}; make it with: npm run table:create`)
  if (typeof state === 'object') throw new Error(misshapen(place, tableName, state.faults))
}

/** What to say of a table that is there and not of the right shape. */
export const misshapen = (place: string, tableName: string, faults: readonly string[]): string =>
  `${place} has a table ${tableName} of another shape (${faults.join('; ')}); ` +
  'name a new one in RUNMETA_TABLE and make it with: npm run table:create'
