import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { Failure } from '../../failure.ts'
import type { Item, Key } from '../port.ts'

/** A client, a table, and the signal that ends their calls. */
export interface Connection {
  readonly client: DynamoDBDocumentClient
  readonly tableName: string
  /** Ends calls and the waits between them. */
  readonly signal: AbortSignal | undefined
}

export const optionsOf = ({ signal }: Connection) => (signal === undefined ? {} : { abortSignal: signal })

/** Returns the key alone: callers often pass a whole item. */
export const keyOf = ({ pk, sk }: Key) => ({ pk, sk })

export const itemOf = (record: Record<string, unknown>): Item => record as Item

const OVERLOADED = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ResourceNotFoundException',
  'ThrottlingException',
])

const isConditionFailure = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException'

function storeFailure(error: unknown): unknown {
  if (!(error instanceof Error) || isConditionFailure(error)) return error
  // An error of the store itself says whose fault it is. Any other error means that no complete reply came. The status does
  // not tell: a connection that breaks in the middle of a reply still has the status 200.
  const { $fault } = error as { $fault?: 'client' | 'server' }
  if ($fault === 'client' && !OVERLOADED.has(error.name)) return error
  return new Failure('store_unavailable', 'the store did not answer in time or is overloaded; retry', {
    cause: error,
  })
}

/** Turns a store that is down or overloaded into Failure `store_unavailable`. */
export const withStoreErrors = <T>(call: Promise<T>): Promise<T> =>
  call.catch((error: unknown) => {
    throw storeFailure(error)
  })

/** The same for a conditional write: undefined if the condition did not hold. */
export async function unlessConditionFailed<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (isConditionFailure(error)) return undefined
    throw storeFailure(error)
  }
}
