import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { close, listen } from '../bundle/socket.ts'

/** An entry of the index `lookup`. */
export interface Entry {
  readonly pk: string
  readonly sk: string
  readonly indexPk: string
  readonly indexSk: string
}

/** How the index differs from its content. */
interface Lag {
  /** Whether an existing entry is not visible yet. */
  hides(entry: Entry): boolean
  /** Whether a removed entry is still visible. */
  keeps(entry: Entry): boolean
}

interface LaggingStore {
  readonly endpoint: string
  /** Records the content of the index, so that it can be shown later. */
  snapshot(): Promise<void>
  lag(lag: Lag): void
  stop(): Promise<void>
}

type Attributes = Readonly<Record<string, { readonly S: string }>>

interface LookupQuery {
  readonly IndexName?: string
  readonly KeyConditionExpression: string
  readonly ExpressionAttributeValues: Attributes
  readonly ScanIndexForward?: boolean
  readonly Limit?: number
  readonly ExclusiveStartKey?: Attributes
}

const UP_TO_DATE: Lag = { hides: () => false, keeps: () => false }

const entryOf = (item: Attributes): Entry => ({
  pk: item.pk?.S ?? '',
  sk: item.sk?.S ?? '',
  indexPk: item.indexPk?.S ?? '',
  indexSk: item.indexSk?.S ?? '',
})
const itemOf = ({ pk, sk, indexPk, indexSk }: Entry): Attributes => ({
  pk: { S: pk },
  sk: { S: sk },
  indexPk: { S: indexPk },
  indexSk: { S: indexSk },
})
const nameOf = (entry: Entry): string => JSON.stringify(entry)
const compare = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other))

/** The run that an entry is for. */
export const runOfEntry = ({ pk, sk, indexSk }: Entry): string =>
  sk === 'NAME' ? indexSk.slice(indexSk.lastIndexOf('\t') + 1) : pk.slice(pk.indexOf('/') + 1)

/** Whether a query matches an entry; it knows the key conditions that the server uses. */
function isAsked(query: LookupQuery, { indexPk, indexSk }: Entry): boolean {
  const [whole = '', ...conditions] = query.KeyConditionExpression.split(/ AND (?=#|begins_with)/)
  const value = (text: string): string => query.ExpressionAttributeValues[text]?.S ?? ''
  const groupAsked = /^#indexPk = (:\w+)$/.exec(whole)?.[1]
  if (groupAsked === undefined) throw new Error(`no such query is known: ${query.KeyConditionExpression}`)
  if (indexPk !== value(groupAsked)) return false
  return conditions.every((condition) => {
    const prefix = /^begins_with\(#indexSk, (:\w+)\)$/.exec(condition)?.[1]
    if (prefix !== undefined) return indexSk.startsWith(value(prefix))
    const [, low, high] = /^#indexSk BETWEEN (:\w+) AND (:\w+)$/.exec(condition) ?? []
    if (low !== undefined && high !== undefined) {
      return compare(indexSk, value(low)) >= 0 && compare(indexSk, value(high)) <= 0
    }
    throw new Error(`no such condition is known: ${condition}`)
  })
}

/**
 * A proxy in front of a DynamoDB API with one table. It answers queries of `lookup` itself, like an index that lags behind,
 * loses entries and keeps stale ones. All other requests pass.
 */
export async function startLaggingStore(target: string, TableName: string): Promise<LaggingStore> {
  const agent = new Agent({ keepAlive: true })
  /** All entries that ever existed, and whether they exist now. */
  const seen = new Map<string, { readonly entry: Entry; isThere: boolean }>()
  let lag = UP_TO_DATE

  async function pass(
    headers: IncomingMessage['headers'],
    body: string,
  ): Promise<{ reply: IncomingMessage; text: string }> {
    const outgoing = request(target, {
      agent,
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    })
    outgoing.end(body)
    const [reply]: IncomingMessage[] = await once(outgoing, 'response')
    if (reply === undefined) throw new Error('no reply')
    return { reply, text: Buffer.concat(await reply.toArray()).toString() }
  }

  async function snapshot(): Promise<void> {
    const there = new Set<string>()
    let ExclusiveStartKey: unknown
    do {
      const headers = {
        'x-amz-target': 'DynamoDB_20120810.Scan',
        'content-type': 'application/x-amz-json-1.0',
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
        'x-amz-date': '20260101T000000Z',
      }
      const { text } = await pass(headers, JSON.stringify({ TableName, IndexName: 'lookup', ExclusiveStartKey }))
      const { Items, LastEvaluatedKey } = JSON.parse(text) as { Items: Attributes[]; LastEvaluatedKey?: unknown }
      for (const entry of Items.map(entryOf)) {
        there.add(nameOf(entry))
        seen.set(nameOf(entry), { entry, isThere: true })
      }
      ExclusiveStartKey = LastEvaluatedKey
    } while (ExclusiveStartKey !== undefined)
    for (const [name, one] of seen) one.isThere = there.has(name)
  }

  async function answer(query: LookupQuery): Promise<string> {
    await snapshot()
    const { ScanIndexForward = true, Limit = Number.POSITIVE_INFINITY, ExclusiveStartKey } = query
    const sign = ScanIndexForward ? 1 : -1
    const shown = [...seen.values()]
      .filter(({ entry, isThere }) => (isThere ? !lag.hides(entry) : lag.keeps(entry)) && isAsked(query, entry))
      .map(({ entry }) => entry)
      .sort((one, other) => sign * (compare(one.indexSk, other.indexSk) || compare(nameOf(one), nameOf(other))))
    const from = ExclusiveStartKey && entryOf(ExclusiveStartKey)
    const rest = from ? shown.filter((entry) => sign * compare(entry.indexSk, from.indexSk) > 0) : shown
    const page = rest.slice(0, Limit)
    const last = page.at(-1)
    const next = last !== undefined && rest.length >= Limit ? { LastEvaluatedKey: itemOf(last) } : {}
    return JSON.stringify({ Items: page.map(itemOf), Count: page.length, ScannedCount: page.length, ...next })
  }

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = Buffer.concat(await incoming.toArray()).toString()
    const query = JSON.parse(body) as LookupQuery
    if (incoming.headers['x-amz-target'] === 'DynamoDB_20120810.Query' && query.IndexName === 'lookup') {
      outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
      outgoing.end(await answer(query))
      return
    }
    const { reply, text } = await pass(incoming.headers, body)
    outgoing.writeHead(reply.statusCode ?? 500, reply.headers)
    outgoing.end(text)
  }

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch((error: unknown) => {
      outgoing.writeHead(500).end(String(error))
    })
  })
  const address = await listen(server)
  return {
    endpoint: `http://${address}`,
    snapshot,
    lag: (next) => {
      lag = next
    },
    stop: async () => {
      agent.destroy()
      await close(server)
    },
  }
}
