import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { Failure } from '../../failure.ts'
import type { Item, Key } from '../port.ts'

/** A table of the DynamoDB API, and until when it is asked. */
export interface Connection {
  readonly client: DynamoDBDocumentClient
  readonly tableName: string
  /** Ends each call, and each wait between two. */
  readonly signal: AbortSignal | undefined
}

/** The options of one call of the client's. */
export const optionsOf = ({ signal }: Connection) => (signal === undefined ? {} : { abortSignal: signal })

/** The key alone: callers often pass a whole item. */
export const keyOf = ({ pk, sk }: Key) => ({ pk, sk })

export const itemOf = (record: Record<string, unknown>): Item => record as Item

const OVERLOADED = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ResourceNotFoundException',
  'ThrottlingException',
])

const isRefusedByCondition = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException'

function storeFailure(error: unknown): unknown {
  if (!(error instanceof Error) || isRefusedByCondition(error)) return error
  // What the store itself refuses says whose fault it is. All else is a store that did not answer, or not to the end: a
  // connection that broke in the middle of a reply has the status of that reply, a 200.
  const { $fault } = error as { $fault?: 'client' | 'server' }
  if ($fault === 'client' && !OVERLOADED.has(error.name)) return error
  return new Failure('store_unavailable', 'the store did not answer in time or is overloaded; retry', {
    cause: error,
  })
}

/** A call whose failures are as the caller may see them. */
export const guarded = <T>(call: Promise<T>): Promise<T> =>
  call.catch((error: unknown) => {
    throw storeFailure(error)
  })

/** The same of a conditional write: `undefined` where the condition did not hold. */
export async function unlessRefused<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (isRefusedByCondition(error)) return undefined
    throw storeFailure(error)
  }
}
