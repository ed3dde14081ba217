import { expectDescribed } from './openapi.ts'

/**
 * In every test file: whatever is fetched from a server of ours, by the SDK or by a test, is held against the OpenAPI
 * document. A server of ours is known by its `x-request-id`; the stand-ins of some tests have none.
 */

const ORIGINAL = Symbol.for('runmeta.test.fetch')

// Files share a process, and each sets this up: one may not wrap what another wrapped.
const fetch: typeof globalThis.fetch = Reflect.get(globalThis, ORIGINAL) ?? globalThis.fetch
Reflect.set(globalThis, ORIGINAL, fetch)

globalThis.fetch = async function described(input, init): Promise<Response> {
  const reply = await fetch(input, init)
  if (!reply.headers.has('x-request-id')) return reply
  const url = input instanceof Request ? input.url : String(input)
  const method = init?.method ?? (input instanceof Request ? input.method : 'GET')
  try {
    await expectDescribed(method, url, reply)
  } catch (error) {
    // A reply that is cut off is the test's own doing, and its caller's to notice.
    if (error instanceof Error && error.name === 'AssertionError') throw error
  }
  return reply
}
