import { expectDescribed } from './openapi.ts'

/**
 * Runs before every test file: checks every reply that `fetch` gets from a runmeta server against the OpenAPI
 * document. A runmeta server sends `x-request-id`; the fake servers of some tests do not.
 */

const ORIGINAL = Symbol.for('runmeta.test.fetch')

// Files share a process, and the second one must not wrap the wrapper of the first.
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
    // The test itself cuts off a reply, and its caller handles that.
    if (error instanceof Error && error.name === 'AssertionError') throw error
  }
  return reply
}
