import { retryMiddleware, StandardRetryStrategy } from '@smithy/core/retry'
import { HttpRequest } from '@smithy/core/transport'
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler'
import { SignatureV4 } from '@smithy/signature-v4'
import { type AwsCredentialIdentityProvider, SMITHY_CONTEXT_KEY } from '@smithy/types'
import type { Clock } from '../../clock.ts'
import { CONNECTIONS, dateIn, MAX_ATTEMPTS, type OperationName, type Send, type StoreClient } from '../operations.ts'
import { StoreError } from './error.ts'
import { outputOf, requestBody } from './messages.ts'
import { Sha256 } from './sha256.ts'

export interface DirectClientOptions {
  /** Is corrected by the `Date` of the store's replies, and dates the signatures. */
  readonly clock: Clock
  readonly endpoint: URL
  readonly region: string
  readonly credentials: AwsCredentialIdentityProvider
  /** @default CONNECTIONS */
  readonly connections?: NodeHttpHandlerOptions
}

const API = 'DynamoDB_20120810'
/** AWS refuses signatures that are five minutes off. Beyond this, another attempt has a corrected time. */
const MAX_SKEW_MS = 4 * 60_000

function requestTo(endpoint: URL, name: OperationName, body: Uint8Array): HttpRequest {
  const { protocol, hostname, port, pathname, host } = endpoint
  return new HttpRequest({
    method: 'POST',
    protocol,
    hostname,
    path: pathname,
    ...(port !== '' && { port: Number(port) }),
    headers: {
      host,
      'content-type': 'application/x-amz-json-1.0',
      'content-length': String(body.byteLength),
      'x-amz-target': `${API}.${name}`,
    },
    body,
  })
}

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** DynamoDB's JSON over AWS's own HTTP handler, signer and retries. A call takes half the CPU time of `documentClient`'s. */
export function directClient({
  clock,
  endpoint,
  region,
  credentials,
  connections = CONNECTIONS,
}: DirectClientOptions): StoreClient {
  const handler = new NodeHttpHandler(connections)
  const signer = new SignatureV4({ service: 'dynamodb', region, credentials, sha256: Sha256 })
  const strategy = new StandardRetryStrategy(MAX_ATTEMPTS)
  const retried = retryMiddleware({ maxAttempts: async () => MAX_ATTEMPTS, retryStrategy: async () => strategy })

  async function attempt(request: HttpRequest, abortSignal: AbortSignal | undefined) {
    const signedAt = clock.now()
    const signed = await signer.sign(request, { signingDate: new Date(signedAt) })
    const sent = clock.local()
    const { response } = await handler.handle(signed as HttpRequest, { ...(abortSignal && { abortSignal }) })
    const { statusCode, headers } = response
    const date = dateIn(headers)
    clock.observe({ date, sent, received: clock.local() })
    const body = await textOf(response.body)
    if (statusCode !== 200)
      throw new StoreError({ statusCode, headers, body }, Math.abs(clock.now() - signedAt) > MAX_SKEW_MS)
    return { response, output: { $metadata: {}, body, date } }
  }

  const send: Send = async (name, input, signal) => {
    const request = requestTo(endpoint, name, Buffer.from(requestBody(input)))
    const call = retried((args) => attempt(args.request as HttpRequest, signal), {
      [SMITHY_CONTEXT_KEY]: { ...(signal && { abortSignal: signal }) },
    })
    const { output } = (await call({ request, input: {} })) as Awaited<ReturnType<typeof attempt>>
    return { output: outputOf(output.body), date: output.date }
  }
  return { send, close: () => handler.destroy() }
}
