import { textsIn } from '../value/json.ts'
import { isValueObject, type ValueObject } from '../value/value.ts'

/** The reply to a log, which is durable. */
export interface LogReceipt {
  readonly run: { readonly id: string; readonly name: string }
  readonly log: {
    readonly id: string
    /** RFC 3339, UTC, with milliseconds. */
    readonly createdAt: string
    /** Opaque. Positions sort as strings: the greater one is the later log. */
    readonly position: string
    readonly step?: string
    /** The number of scalars outside arrays that are not searchable: they are past the first 64, or their pointer is too long. */
    readonly unindexed?: number
  }
}

/** Decodes a receipt. Undefined if the body has another shape. */
export function receiptOf({ run, log }: ValueObject): LogReceipt | undefined {
  const runTexts = textsIn<LogReceipt['run']>(run, ['id', 'name'])
  const logTexts = textsIn<Omit<LogReceipt['log'], 'unindexed'>>(log, ['id', 'createdAt', 'position'], ['step'])
  if (runTexts === undefined || logTexts === undefined) return undefined
  const unindexed = isValueObject(log) ? log.unindexed : undefined
  return { run: runTexts, log: typeof unindexed === 'number' ? { ...logTexts, unindexed } : logTexts }
}
