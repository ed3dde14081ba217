import type { Reply } from '../http/reply.ts'
import { parseObject, textsIn } from '../value/json.ts'
import { isValueObject, type ValueObject } from '../value/value.ts'

/** The reply to a log: it is durable. */
export interface LogReceipt {
  readonly run: { readonly id: string; readonly name: string }
  readonly log: {
    readonly id: string
    /** RFC 3339, UTC, with milliseconds. */
    readonly createdAt: string
    /** Opaque; of two logs the one with the greater string is the later one. */
    readonly position: string
    readonly step?: string
    /** Scalars outside arrays that cannot be searched for, as they are past the first 64 or their pointer is too long. */
    readonly unindexed?: number
  }
}

/** The reply to a log; nothing where the API would not have replied so. */
export const decodeReceipt = ({ text }: Reply): LogReceipt | undefined => receiptOf(parseObject(text))

/** What the API says of a log that was made; nothing where it is something else. */
export function receiptOf({ run, log }: ValueObject = {}): LogReceipt | undefined {
  const runTexts = textsIn(run, ['id', 'name'])
  const logTexts = textsIn(log, ['id', 'createdAt', 'position'], ['step'])
  if (runTexts === undefined || logTexts === undefined) return undefined
  const unindexed = isValueObject(log) ? log.unindexed : undefined
  return { run: runTexts, log: typeof unindexed === 'number' ? { ...logTexts, unindexed } : logTexts }
}
