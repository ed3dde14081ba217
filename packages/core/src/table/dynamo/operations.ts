import type {
  BatchGetCommandInput,
  BatchGetCommandOutput,
  BatchWriteCommandInput,
  BatchWriteCommandOutput,
  DeleteCommandInput,
  DeleteCommandOutput,
  GetCommandInput,
  GetCommandOutput,
  PutCommandInput,
  PutCommandOutput,
  QueryCommandInput,
  QueryCommandOutput,
  ScanCommandInput,
  ScanCommandOutput,
  UpdateCommandInput,
  UpdateCommandOutput,
} from '@aws-sdk/lib-dynamodb'

interface Operation<Input, Output> {
  readonly input: Input
  readonly output: Omit<Output, '$metadata'>
}

/** The operations of DynamoDB that the adapter uses. Items have plain values, as in `lib-dynamodb`. */
export interface Operations {
  readonly BatchGetItem: Operation<BatchGetCommandInput, BatchGetCommandOutput>
  readonly BatchWriteItem: Operation<BatchWriteCommandInput, BatchWriteCommandOutput>
  readonly DeleteItem: Operation<DeleteCommandInput, DeleteCommandOutput>
  readonly GetItem: Operation<GetCommandInput, GetCommandOutput>
  readonly PutItem: Operation<PutCommandInput, PutCommandOutput>
  readonly Query: Operation<QueryCommandInput, QueryCommandOutput>
  readonly Scan: Operation<ScanCommandInput, ScanCommandOutput>
  readonly UpdateItem: Operation<UpdateCommandInput, UpdateCommandOutput>
}

export type OperationName = keyof Operations

export interface Reply<Name extends OperationName> {
  readonly output: Operations[Name]['output']
  /** The `Date` of the reply, in ms since 1970, or `NaN` if it has none. */
  readonly date: number
}

/**
 * Calls an operation. It retries what the store or the network may do better the next time.
 * @throws Error with DynamoDB's name of it, and `$fault` of `client` or `server`; any other Error if no complete reply came
 */
export type Send = <Name extends OperationName>(
  name: Name,
  input: Operations[Name]['input'],
  signal?: AbortSignal,
) => Promise<Reply<Name>>

/** A client. Keep it: its open connections make warm requests fast. */
export interface StoreClient {
  readonly send: Send
  close(): void
}

export const dateIn = (headers: Readonly<Record<string, string>>): number => Date.parse(headers.date ?? '')

/** Three attempts and their pauses must fit into 15 s: by then a caller gets an error if the store is down. */
export const MAX_ATTEMPTS = 3
const REPLY_TIMEOUT_MS = 3500

export const CONNECTIONS = {
  connectionTimeout: 1000,
  /** Ends with the headers of the reply. */
  requestTimeout: REPLY_TIMEOUT_MS,
  throwOnRequestTimeout: true,
  /** Ends a reply whose body stalls. */
  socketTimeout: REPLY_TIMEOUT_MS,
  httpAgent: { keepAlive: true, maxSockets: 128 },
  httpsAgent: { keepAlive: true, maxSockets: 128 },
} as const
