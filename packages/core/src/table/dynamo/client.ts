import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { Clock } from '../clock.ts'

export type { DynamoDBClientConfig }

export interface ClientOptions {
  /** Follows the store's time by the `Date` of its replies. */
  readonly clock: Clock
  /** Where the DynamoDB API is, if not at AWS. */
  readonly endpoint?: string
  /** The client's own settings: region, credentials. */
  readonly client?: DynamoDBClientConfig
}

/** Milliseconds. Three attempts and their pauses fit the 15 s within which a caller hears of a store that is gone. */
const CONNECT_TIMEOUT_MS = 1000
const ATTEMPT_TIMEOUT_MS = 3500
const MAX_ATTEMPTS = 3

/** Where an output keeps the `Date` of its reply. */
const DATE = '$date'

/** When the store made a reply, by its `Date`, in ms since 1970; `NaN` where it has none. */
export const dateOf = (output: object): number => Number(Reflect.get(output, DATE) ?? Number.NaN)

function dateIn(response: unknown): number {
  const { headers } = response as { headers?: Record<string, string> }
  return Date.parse(headers?.date ?? '')
}

/** The client of the AWS SDK, made once and kept: its connections are what a warm request saves. */
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
  // Inside of what makes an error of a refusal: those tell the time as well.
  base.middlewareStack.add(
    (next) => async (args) => {
      const sent = clock.local()
      const result = await next(args)
      clock.observe({ date: dateIn(result.response), sent, received: clock.local() })
      return result
    },
    { step: 'deserialize', priority: 'low', name: 'storeClock' },
  )
  // Outside of what makes the output.
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
