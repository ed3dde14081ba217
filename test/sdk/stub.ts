import { PROBLEMS, type ProblemCode, problemType } from '@runmeta/schema/problem'
import type { Problem, ProblemExtras } from '@runmeta/schema/reply'
import { Client, type ClientOptions, type FetchRequest } from '@runmeta/sdk'
import { vi } from 'vitest'

/** A sent request, with its time in milliseconds. */
export interface Sent extends FetchRequest {
  readonly url: string
  readonly path: string
  readonly at: number
}

export type Answer = (sent: Sent) => Response | Promise<Response>

export const URL_OF_SERVER = 'http://runmeta.test'
export const API_KEY = 'rmk_stub_secret'

export const RUN = {
  id: '3f2c1b9e-8a51-4a7e-9d7c-0f6f5a1c2b3d',
  name: 'nightly',
  status: 'running',
  createdAt: '2026-01-31T12:00:00.000Z',
} as const

/** A `fetch` that records its requests and gives these answers in order; the last one is repeated. */
export function recorder(...answers: [Answer, ...Answer[]]) {
  const sent: Sent[] = []
  const fetch = async (url: string, request: FetchRequest): Promise<Response> => {
    const { pathname: path } = new URL(url)
    const now: Sent = { ...request, url, path, at: performance.now() }
    const answer = answers[Math.min(sent.length, answers.length - 1)] ?? answers[0]
    sent.push(now)
    return await answer(now)
  }
  return { fetch, sent }
}

/** A client whose server gives these answers, and the requests that it sends. */
export function clientOf(answers: [Answer, ...Answer[]], options: ClientOptions = {}) {
  const { fetch, sent } = recorder(...answers)
  return { client: new Client({ url: URL_OF_SERVER, apiKey: API_KEY, fetch, ...options }), sent }
}

/** Sends the calls of a client without options to a server that stores every log. @returns the sent requests */
export function stubEnvironment(): Sent[] {
  const { fetch, sent } = recorder(receipt())
  vi.stubGlobal('fetch', fetch)
  vi.stubEnv('RUNMETA_URL', 'http://environment.test')
  vi.stubEnv('RUNMETA_API_KEY', 'rmk_environment')
  vi.stubEnv('RUNMETA_RUN_ID', undefined)
  vi.stubEnv('RUNMETA_STEP_NAME', undefined)
  return sent
}

export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  () =>
    new Response(typeof body === 'string' ? body : JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/json', 'x-request-id': 'request-1', ...headers },
    })

export const run = (more: object = {}): Answer => json({ ...RUN, ...more })

/** @param metadata JSON text */
export const pipelineRun = (metadata: string, types: object = {}, steps: object = {}): Answer =>
  json(`${JSON.stringify({ ...RUN, types, steps }).slice(0, -1)},"metadata":${metadata}}`)

export const pageOf = (runs: readonly object[], next?: string): Answer => json({ runs, order: '-createdAt', next })

export const receiptOf = (position = '01') => ({
  run: { id: RUN.id, name: RUN.name },
  log: { id: 'log-1', createdAt: RUN.createdAt, position },
})

export const receipt = (position?: string): Answer => json(receiptOf(position), 201)

export function problemOf(code: ProblemCode, extras: ProblemExtras = {}): Problem {
  const { status, title } = PROBLEMS[code]
  return { type: problemType(code), title, status, detail: 'field: is not so', code, requestId: 'request-1', ...extras }
}

export const refusal = (code: ProblemCode, extras?: ProblemExtras, headers: Record<string, string> = {}): Answer =>
  json(problemOf(code, extras), PROBLEMS[code].status, { 'content-type': 'application/problem+json', ...headers })

/** The HTML page of a proxy. */
export const page = (status: number, headers: Record<string, string> = {}): Answer =>
  json('<html>a page</html>', status, { 'content-type': 'text/html', ...headers })

export const silence: Answer = () => new Promise(() => {})

/** A failed connection as Node's `fetch` reports it. */
export const networkError =
  (code: string): Answer =>
  () =>
    Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error('the socket failed'), { code }) }))

export async function errorOf(call: PromiseLike<unknown>): Promise<unknown> {
  try {
    await call
  } catch (error) {
    return error
  }
  throw new Error('the call did not fail')
}

export const bodyOf = (sent: Sent | undefined): unknown => JSON.parse(sent?.body ?? 'null')

/** Milliseconds between the sent requests. */
export const waitsOf = (sent: readonly Sent[]) => sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0))

export async function all<Item>(list: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of list) items.push(item)
  return items
}

/** An argument from a caller without a type checker. */
export const untyped = (value: unknown) => value as never
