import type { IncomingMessage } from 'node:http'

/** A request at a proxy. */
export interface Passing {
  /** The operation of the DynamoDB API; for plain HTTP the method and the path. */
  readonly operation: string
  readonly body: Buffer
}

/** What a proxy does instead of forwarding the request and the reply. */
export type Fault =
  /** Resets the connection, and refuses others for a moment. */
  | 'refuse'
  /** Forwards the request after a delay. */
  | 'delay'
  /** Never replies. */
  | 'hang'
  /** Resets the connection, and drops the request. */
  | 'reset'
  /** Resets the connection, and forwards the request later, after the client's retry. */
  | 'late'
  /** Forwards the request, and resets the connection before the reply. */
  | 'reset after'
  /** Forwards the request, and resets the connection in the middle of the reply. */
  | 'cut'
  /** Forwards the request twice, and returns the second reply. */
  | 'double'
  /** Replies with a 500. */
  | 'error'
  /** Replies that there are too many requests, in one of two ways. */
  | 'throttle'
  | 'limit'
  /** Forwards a part of a batch, and returns the rest as unprocessed. */
  | 'unprocessed'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The protocol of a proxy. */
export interface Dialect {
  operationOf(incoming: IncomingMessage): string
  /** The request body to forward. */
  asked(body: Buffer): Buffer
  /** The capacity units in a reply. */
  unitsOf(reply: Buffer): number
  refusal(fault: 'error' | 'throttle' | 'limit'): Answer
  /** The part of a batch to forward, and how the reply returns the rest; undefined if the request is no batch. */
  split(request: Passing): { readonly done?: Buffer; readonly giveBack: (reply: Buffer) => Buffer } | undefined
}

interface Capacity {
  readonly CapacityUnits: number
}

const json = <T>(text: Buffer): T => JSON.parse(text.toString()) as T
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

const DYNAMO_REFUSALS = {
  error: [500, 'InternalServerError'],
  throttle: [400, 'ProvisionedThroughputExceededException'],
  limit: [400, 'ThrottlingException'],
} as const

type Batch = Record<string, { readonly Keys: readonly unknown[] } | readonly unknown[]>

/** The first or the second half of each table's requests in a batch. */
function halfOf(batch: Batch, isFirst: boolean): Batch {
  const half = (all: readonly unknown[]) => (isFirst ? all.slice(0, all.length >> 1) : all.slice(all.length >> 1))
  const halves = Object.entries(batch).flatMap(([table, asked]): [string, Batch[string]][] => {
    const rest = half('Keys' in asked ? asked.Keys : asked)
    if (rest.length === 0) return []
    return [[table, 'Keys' in asked ? { ...asked, Keys: rest } : rest]]
  })
  return Object.fromEntries(halves)
}

/** The DynamoDB API. Requests are changed to return their capacity, which the local engines allow: they check no signature. */
export const DYNAMO: Dialect = {
  operationOf: ({ headers }) => String(headers['x-amz-target']).split('.')[1] ?? 'none',
  asked: (body) => bytes({ ...json<object>(body), ReturnConsumedCapacity: 'TOTAL' }),
  unitsOf: (reply) => {
    const { ConsumedCapacity = [] } = json<{ ConsumedCapacity?: Capacity | Capacity[] }>(reply)
    return [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0)
  },
  refusal: (fault) => {
    const [status, type] = DYNAMO_REFUSALS[fault]
    const body = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'injected' })
    return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body }
  },
  split: ({ operation, body }) => {
    const rest = { BatchGetItem: 'UnprocessedKeys', BatchWriteItem: 'UnprocessedItems' }[operation]
    if (rest === undefined) return undefined
    const asked = json<{ RequestItems: Batch }>(body)
    const done = halfOf(asked.RequestItems, true)
    return {
      ...(Object.keys(done).length > 0 ? { done: bytes({ ...asked, RequestItems: done }) } : {}),
      giveBack: (reply) => bytes({ ...json<object>(reply), [rest]: halfOf(asked.RequestItems, false) }),
    }
  },
}

const HTTP_REFUSALS = { error: 502, throttle: 429, limit: 503 } as const

/** Plain HTTP. The refusals look like those of a gateway, so they are not problem+json. */
export const HTTP: Dialect = {
  operationOf: ({ method, url }) => `${method} ${url?.split('?')[0]}`,
  asked: (body) => body,
  unitsOf: () => 0,
  refusal: (fault) => ({
    status: HTTP_REFUSALS[fault],
    headers: { 'content-type': 'text/html', ...(fault === 'error' ? {} : { 'retry-after': '0' }) },
    body: '<h1>injected</h1>',
  }),
  split: () => undefined,
}
