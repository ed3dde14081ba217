import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import type { Clock } from '../clock.ts'
import {
  CONNECTIONS,
  MAX_ATTEMPTS,
  type OperationName,
  type Operations,
  type Send,
  type StoreClient,
} from './operations.ts'

export type { DynamoDBClientConfig }

export interface DocumentClientOptions {
  /** Is corrected by the `Date` of the store's replies. */
  readonly clock: Clock
  /** The URL of the DynamoDB API. @default AWS */
  readonly endpoint?: string
  /** Settings of the AWS client, such as region and credentials. */
  readonly client?: DynamoDBClientConfig
}

/** What the AWS SDK does for each request and nothing here uses: a sixth of the CPU time of a call. */
const UNUSED_MIDDLEWARE = ['getUserAgentMiddleware', 'recursionDetectionMiddleware', 'loggerMiddleware']

const COMMANDS = {
  BatchGetItem: BatchGetCommand,
  BatchWriteItem: BatchWriteCommand,
  DeleteItem: DeleteCommand,
  GetItem: GetCommand,
  PutItem: PutCommand,
  Query: QueryCommand,
  Scan: ScanCommand,
  UpdateItem: UpdateCommand,
} satisfies Readonly<Record<OperationName, unknown>>

/** The property of an output that holds the `Date` of its reply. */
const DATE = '$date'

function dateIn(response: unknown): number {
  const { headers } = response as { headers?: Record<string, string> }
  return Date.parse(headers?.date ?? '')
}

/** AWS's client, which finds region and credentials in all the places that AWS's tools know. */
export function documentClient({ clock, endpoint, client = {} }: DocumentClientOptions): StoreClient {
  const base = new DynamoDBClient({
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: CONNECTIONS,
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
  const documents = DynamoDBDocumentClient.from(base)
  const send: Send = async <Name extends OperationName>(
    name: Name,
    input: Operations[Name]['input'],
    signal?: AbortSignal,
  ) => {
    const command = new COMMANDS[name](input as never)
    const options = signal === undefined ? {} : { abortSignal: signal }
    const output = (await documents.send(command as never, options)) as Operations[Name]['output']
    return { output, date: Number(Reflect.get(output, DATE) ?? Number.NaN) }
  }
  // `destroy` of the document client does nothing, because it did not create the client inside it.
  return { send, close: () => base.destroy() }
}
