import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type Clock, createClock } from '@runmeta/core/table/clock'
import { ensureTable } from '@runmeta/core/table/dynamo/create'
import { directClient } from '@runmeta/core/table/dynamo/direct/client'
import { endpointOf as awsEndpointOf } from '@runmeta/core/table/dynamo/direct/endpoint'
import { documentClient } from '@runmeta/core/table/dynamo/document'
import type { StoreClient } from '@runmeta/core/table/dynamo/operations'
import { tableOver } from '@runmeta/core/table/dynamo/table'
import type { Item, Table } from '@runmeta/core/table/port'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { signatureOf } from '../bundle/signature.ts'
import { close, listen } from '../bundle/socket.ts'
import { CREDENTIALS, endpointOf } from '../support/app.ts'

const { region, credentials } = CREDENTIALS
const clientFor = (endpoint: string, clock: Clock = createClock()) =>
  directClient({ clock, endpoint: new URL(endpoint), region, credentials: async () => credentials })

const text = fc.string({ unit: 'grapheme' })
const attribute = fc.oneof(text, fc.maxSafeInteger(), fc.boolean(), fc.uint8Array())
const attributes = fc.dictionary(fc.constantFrom('a', 'Key', 'Item', 'Keys', 'DeleteRequest', 'Responses'), attribute)

describe('the client of functions', () => {
  it('writes items that AWS’s client reads, and reads items that AWS’s client writes', async () => {
    const endpoint = endpointOf('dynoxide')
    const tableName = `direct-${randomUUID()}`
    await ensureTable({ ...CREDENTIALS, endpoint }, tableName)
    const direct = tableOver(clientFor(endpoint), tableName)
    const documents = tableOver(documentClient({ clock: createClock(), endpoint, client: CREDENTIALS }), tableName)
    const crossed = async (writer: Table, reader: Table, values: Record<string, unknown>) => {
      const key = { pk: randomUUID(), sk: 's' }
      const item = { ...values, ...key } as Item
      await writer.put(item, { exists: false })
      expect(await reader.get(key)).toEqual(item)
      expect(await reader.getMany([key])).toEqual([item])
      const changed = { ...item, a: 'changed' }
      expect(await writer.update(key, { equals: values as never }, { set: { a: 'changed' } })).toEqual(changed)
      for await (const keys of reader.keys(key.pk)) expect(keys).toEqual([key])
      await writer.removeMany([key])
      expect(await reader.get(key)).toBeUndefined()
    }
    await fc.assert(
      fc.asyncProperty(attributes, async (values) => {
        await crossed(direct, documents, values)
        await crossed(documents, direct, values)
      }),
      { numRuns: 50 },
    )
    direct.close()
    documents.close()
  })

  it.each([
    'eu-west-1',
    'us-east-1',
    'ap-southeast-5',
    'cn-north-1',
    'us-gov-west-1',
    'us-gov-east-1',
    'us-iso-east-1',
    'us-isob-east-1',
    'eu-isoe-west-1',
    'eusc-de-east-1',
    'mars-north-1',
  ])('uses the same endpoint as AWS’s client in %s', (name) => {
    const { endpointProvider } = new DynamoDBClient({ region: name }).config
    for (const isFips of [false, true]) {
      const { url } = endpointProvider({ Region: name, UseFIPS: isFips, AccountIdEndpointMode: 'disabled' })
      expect(awsEndpointOf({ region: name, isFips }).href).toBe(url.href)
    }
  })
})

describe('the client of functions, if the store', () => {
  const servers: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const stop of servers.splice(0)) await stop()
  })

  type Answer = (request: IncomingMessage, reply: ServerResponse) => void
  /** A store that gives these answers in order; the last one is repeated. */
  async function storeOf(...answers: readonly Answer[]) {
    const requests: { headers: IncomingMessage['headers']; body: string }[] = []
    const server = createServer(async (request, reply) => {
      const answer = answers[Math.min(requests.length, answers.length - 1)]
      requests.push({ headers: request.headers, body: Buffer.concat(await request.toArray()).toString() })
      answer?.(request, reply)
    })
    const endpoint = `http://${await listen(server)}`
    servers.push(() => close(server))
    return { endpoint, requests }
  }
  const fails =
    (status: number, type: string, headers: Record<string, string> = {}): Answer =>
    (_, reply) =>
      void reply
        .writeHead(status, headers)
        .end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'no' }))
  const succeeds: Answer = (_, reply) => void reply.end('{"Item":{"pk":{"S":"p"},"sk":{"S":"s"}}}')
  const key = { pk: 'p', sk: 's' }
  const get = (endpoint: string, clock?: Clock, signal?: AbortSignal) => {
    const table = tableOver(clientFor(endpoint, clock), 'any')
    return (signal === undefined ? table : table.withSignal(signal)).get(key)
  }

  it.each([
    ['throttles', fails(400, 'ThrottlingException')],
    ['is over its capacity', fails(400, 'ProvisionedThroughputExceededException')],
    ['fails', fails(500, 'InternalServerError')],
    ['is behind a proxy that fails', (_, reply) => void reply.writeHead(503).end('<html>busy</html>')],
    ['closes the connection', (request) => void request.socket.destroy()],
    [
      'stops in the middle of a reply',
      (request, reply) => {
        reply.writeHead(200, { 'content-length': 100 })
        reply.write('{', () => request.socket.destroy())
      },
    ],
  ] satisfies [string, Answer][])('%s, is called up to three times', async (_, fault) => {
    const recovering = await storeOf(fault, fault, succeeds)
    expect(await get(recovering.endpoint)).toEqual(key)
    const down = await storeOf(fault)
    await expect(get(down.endpoint)).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(down.requests).toHaveLength(3)
  })

  it('stalls in the middle of a reply: is called again, by AWS’s client as well', async () => {
    const stalls: Answer = (_, reply) => {
      reply.writeHead(200, { 'content-length': 100 })
      reply.write('{')
    }
    const read = async (client: (endpoint: string) => StoreClient) => {
      const { endpoint } = await storeOf(stalls, succeeds)
      return tableOver(client(endpoint), 'any').get(key)
    }
    const documents = (endpoint: string) => documentClient({ clock: createClock(), endpoint, client: CREDENTIALS })
    expect(await Promise.all([read(clientFor), read(documents)])).toEqual([key, key])
  })

  it.each([
    ['refuses a request as malformed', fails(400, 'ValidationException'), { name: 'ValidationException' }],
    ['refuses the role', fails(400, 'AccessDeniedException'), { name: 'AccessDeniedException' }],
    ['replies with what is no JSON', (_, reply) => void reply.end('<html>'), { code: 'store_unavailable' }],
  ] satisfies [string, Answer, object][])('%s, is not called again', async (_, fault, error) => {
    const { endpoint, requests } = await storeOf(fault)
    await expect(get(endpoint)).rejects.toMatchObject(error)
    expect(requests).toHaveLength(1)
  })

  it('has another time, signs again with that time', async () => {
    const ahead = new Date(Date.now() + 3_600_000).toUTCString()
    const refuses = fails(400, 'InvalidSignatureException', { date: ahead })
    const { endpoint, requests } = await storeOf(refuses, succeeds)
    expect(await get(endpoint)).toEqual(key)
    const dates = requests.map(({ headers }) => String(headers['x-amz-date']))
    expect(dates).toHaveLength(2)
    expect(dates[1]?.slice(0, 11)).toBe(new Date(ahead).toISOString().replace(/[-:]/g, '').slice(0, 11))
    for (const request of requests) {
      const { signature, expected } = signatureOf(request, credentials.secretAccessKey)
      expect(signature).toBe(expected)
    }
  })

  it('refuses a signature although the clocks agree, is not called again', async () => {
    const { endpoint, requests } = await storeOf(fails(400, 'InvalidSignatureException'))
    await expect(get(endpoint)).rejects.toMatchObject({ name: 'InvalidSignatureException' })
    expect(requests).toHaveLength(1)
  })

  it('does not reply, ends with the signal and is not called again', async () => {
    const ending = new AbortController()
    const { endpoint, requests } = await storeOf(() => ending.abort())
    await expect(get(endpoint, undefined, ending.signal)).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(requests).toHaveLength(1)
  })
})
