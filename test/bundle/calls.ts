import { randomUUID } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { type EventInput, httpApiEvent } from '../lambda/events.ts'
import { ROOT_KEY } from '../support/app.ts'
import { expectDescribed } from '../support/openapi.ts'
import type { Environment } from './environment.ts'

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export interface Run {
  readonly id: string
  readonly name: string
  readonly metadata: Readonly<Record<string, unknown>>
}

/** Sends a request with the root key, and checks the reply against the OpenAPI document. */
export async function call(
  environment: Environment,
  input: EventInput,
  eventOf: (input: EventInput) => object = httpApiEvent,
): Promise<Reply> {
  const type = input.body === undefined ? {} : { 'content-type': 'application/json' }
  const sent = { ...input, headers: { authorization: `Bearer ${ROOT_KEY}`, ...type, ...input.headers } }
  const { statusCode: status, body, isBase64Encoded, headers: given } = await environment.invoke(eventOf(sent))
  // Only a compressed reply is sent as bytes.
  const text = isBase64Encoded ? gunzipSync(Buffer.from(body, 'base64')).toString() : body
  const headers = new Headers(Object.entries(given ?? {}).map(([name, value]): [string, string] => [name, `${value}`]))
  await expectDescribed(input.method, input.rawPath, new Response(text, { status, headers }))
  return { status, headers, text }
}

export const health = (environment: Environment) => call(environment, { method: 'GET', rawPath: '/v1/health' })

export const log = (environment: Environment, run: string, metadata: unknown) =>
  call(environment, { method: 'POST', rawPath: `/v1/runs/${run}/metadata`, body: JSON.stringify({ metadata }) })

export const create = (environment: Environment, name: string = randomUUID()) =>
  call(environment, { method: 'POST', rawPath: '/v1/runs', body: JSON.stringify({ name }) })

export function runOf({ status, text }: Reply, expected = 200): Run {
  expect(status, text).toBe(expected)
  return JSON.parse(text)
}

export const read = async (environment: Environment, run: string): Promise<Run> =>
  runOf(await call(environment, { method: 'GET', rawPath: `/v1/runs/${run}` }))
