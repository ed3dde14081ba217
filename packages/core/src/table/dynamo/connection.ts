import { Failure } from '../../failure.ts'
import type { Item, Key } from '../port.ts'
import type { OperationName, Operations, Reply, Send } from './operations.ts'

export interface Connection {
  readonly send: Send
  readonly tableName: string
  /** Ends calls and the waits between them. */
  readonly signal: AbortSignal | undefined
}

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

const isConditionFailure = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException'

function storeFailure(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  // An error of the store itself says whose fault it is. Any other error means that no complete reply came. The status does
  // not tell: a connection that breaks in the middle of a reply still has the status 200.
  const { $fault } = error as { $fault?: 'client' | 'server' }
  if ($fault === 'client' && !OVERLOADED.has(error.name)) return error
  return new Failure('store_unavailable', 'the store did not answer in time or is overloaded; retry', { cause: error })
}

/** Turns a store that is down or overloaded into Failure `store_unavailable`. */
export const withStoreErrors = <T>(call: Promise<T>): Promise<T> =>
  call.catch((error: unknown) => {
    throw storeFailure(error)
  })

/** @throws Failure `store_unavailable` */
export async function call<Name extends OperationName>(
  { send, signal }: Connection,
  name: Name,
  input: Operations[Name]['input'],
): Promise<Operations[Name]['output']> {
  const { output } = await withStoreErrors(send(name, input, signal))
  return output
}

/** Calls a write with a condition. @returns undefined if it did not hold. @throws Failure `store_unavailable` */
export async function callConditional<Name extends OperationName>(
  { send, signal }: Connection,
  name: Name,
  input: Operations[Name]['input'],
): Promise<Reply<Name> | undefined> {
  try {
    return await send(name, input, signal)
  } catch (error) {
    if (isConditionFailure(error)) return undefined
    throw storeFailure(error)
  }
}
