import { CALLS, type Call } from '@runmeta/api/openapi/calls'
import { EXAMPLES } from '@runmeta/api/openapi/examples'

/** Requests of the calls of the API, made from the examples of the OpenAPI document. */

export interface CallRequest {
  readonly method: string
  readonly path: string
  /** JSON. */
  readonly body?: string
}

export const CALLS_ON_A_RUN: readonly Call[] = CALLS.filter(({ path }) => path.includes('{run}'))

/** A valid request of a call, on this run if it is on one. */
export function requestOf(call: Call, run: string): CallRequest {
  const { path, body } = EXAMPLES[call.id] ?? { path: call.path, body: undefined }
  return {
    method: call.method.toUpperCase(),
    path: call.path.includes('{run}')
      ? path.replace(/^\/v1\/runs\/[^/?]*/, `/v1/runs/${encodeURIComponent(run)}`)
      : path,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }
}

export const initOf = ({ method, body }: CallRequest, headers: Record<string, string> = {}): RequestInit =>
  body === undefined
    ? { method, headers }
    : { method, body, headers: { 'content-type': 'application/json', ...headers } }

/** A path with one more query parameter. */
export const withParameter = (path: string, parameter: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}${parameter}`
