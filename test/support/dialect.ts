import type { IncomingMessage } from 'node:http'

/** One request, as it passes a proxy. */
export interface Passing {
  /** The operation of the DynamoDB API; of plain HTTP the method and the path. */
  readonly operation: string
  readonly body: Buffer
}

/** What to do with a request in place of passing it on and its reply back. */
export type Fault =
  /** The connection is reset, and no other is taken for a moment. */
  | 'refuse'
  /** Passed on after a while. */
  | 'delay'
  /** Accepted, and never answered. */
  | 'hang'
  /** The connection is reset, and nobody gets the request. */
  | 'reset'
  /** The connection is reset, and the request is passed on after that: it arrives when its sender has tried again. */
  | 'late'
  /** Passed on; the connection is reset before the reply. */
  | 'reset after'
  /** Passed on; the connection is reset in the middle of the reply. */
  | 'cut'
  /** Passed on twice; the reply is that to the second. */
  | 'double'
  /** Answered with a 500. */
  | 'error'
  /** Answered that there is too much traffic, in one of two ways. */
  | 'throttle'
  | 'limit'
  /** A batch is done in part, and the rest is given back. */
  | 'unprocessed'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What a proxy has to know of the protocol that passes it. */
export interface Dialect {
  operationOf(incoming: IncomingMessage): string
  /** A request as it is passed on. */
  asked(body: Buffer): Buffer
  /** What a reply says that the request cost. */
  unitsOf(reply: Buffer): number
  refusal(fault: 'error' | 'throttle' | 'limit'): Answer
  /** The part of a batch that is done, if any is, and how its reply gives back the rest; nothing where it is no batch. */
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

/** The first half of what each table of a batch is asked for, or the second. */
function halfOf(batch: Batch, isFirst: boolean): Batch {
  const half = (all: readonly unknown[]) => (isFirst ? all.slice(0, all.length >> 1) : all.slice(all.length >> 1))
  const halves = Object.entries(batch).flatMap(([table, asked]): [string, Batch[string]][] => {
    const rest = half('Keys' in asked ? asked.Keys : asked)
    if (rest.length === 0) return []
    return [[table, 'Keys' in asked ? { ...asked, Keys: rest } : rest]]
  })
  return Object.fromEntries(halves)
}

/** The DynamoDB API. Each request is made to say what it cost; no engine here checks signatures. */
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

/** Plain HTTP: what refuses is something on the way, so it speaks no problem+json. */
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
