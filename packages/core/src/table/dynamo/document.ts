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
import type { HttpResponse } from '@smithy/types'
import type { Clock } from '../clock.ts'
import {
  CONNECTIONS,
  dateIn,
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
  const documents = DynamoDBDocumentClient.from(base)
  const send: Send = async <Name extends OperationName>(
    name: Name,
    input: Operations[Name]['input'],
    signal?: AbortSignal,
  ) => {
    const command = new COMMANDS[name](input as never) as GetCommand
    let date = Number.NaN
    // Priority `low` runs inside the middleware that throws on error replies, because those have a `Date` too.
    command.middlewareStack.add(
      (next) => async (args) => {
        const sent = clock.local()
        const result = await next(args)
        date = dateIn((result.response as HttpResponse).headers)
        clock.observe({ date, sent, received: clock.local() })
        return result
      },
      // The document client adds the middleware of a command twice.
      { step: 'deserialize', priority: 'low', name: 'storeClock', override: true },
    )
    const options = signal === undefined ? {} : { abortSignal: signal }
    const output = (await documents.send(command, options)) as Operations[Name]['output']
    return { output, date }
  }
  // `destroy` of the document client does nothing, because it did not create the client inside it.
  return { send, close: () => base.destroy() }
}
