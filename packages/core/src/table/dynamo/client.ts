import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { Clock } from '../clock.ts'

export type { DynamoDBClientConfig }

export interface ClientOptions {
  /** Is corrected by the `Date` of the store's replies. */
  readonly clock: Clock
  /** The URL of the DynamoDB API. @default AWS */
  readonly endpoint?: string
  /** Settings of the AWS client, such as region and credentials. */
  readonly client?: DynamoDBClientConfig
}

/** Three attempts and their pauses must fit into 15 s: by then a caller gets an error if the store is down. */
const CONNECT_TIMEOUT_MS = 1000
const ATTEMPT_TIMEOUT_MS = 3500
const MAX_ATTEMPTS = 3

/** What the AWS SDK does for each request and nothing here uses: a sixth of the CPU time of a call. */
const UNUSED_MIDDLEWARE = ['getUserAgentMiddleware', 'recursionDetectionMiddleware', 'loggerMiddleware']

/** The property of an output that holds the `Date` of its reply. */
const DATE = '$date'

/** The `Date` of a reply, in ms since 1970, or `NaN` if it has none. */
export const dateOf = (output: object): number => Number(Reflect.get(output, DATE) ?? Number.NaN)

function dateIn(response: unknown): number {
  const { headers } = response as { headers?: Record<string, string> }
  return Date.parse(headers?.date ?? '')
}

/** Creates the AWS client. Keep it: its open connections make warm requests fast. */
export function createClient({ clock, endpoint, client = {} }: ClientOptions): DynamoDBDocumentClient {
  const base = new DynamoDBClient({
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: ATTEMPT_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: 128 },
      httpsAgent: { keepAlive: true, maxSockets: 128 },
    },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...client,
  })
  for (const name of UNUSED_MIDDLEWARE) {
    if (!base.middlewareStack.remove(name)) throw new Error(`the AWS SDK has no middleware ${name}`)
  }
  // Priority `low` runs inside the middleware that throws on error replies, because those have a `Date` too.
  base.middlewareStack.add(
    (next) => async (args) => {
      const sent = clock.local()
      const result = await next(args)
      clock.observe({ date: dateIn(result.response), sent, received: clock.local() })
      return result
    },
    { step: 'deserialize', priority: 'low', name: 'storeClock' },
  )
  // Priority `high` runs outside the middleware that creates the output.
  base.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      if (result.output !== undefined) Reflect.set(result.output, DATE, dateIn(result.response))
      return result
    },
    { step: 'deserialize', priority: 'high', name: 'storeDate' },
  )
  return DynamoDBDocumentClient.from(base)
}
