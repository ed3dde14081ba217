import * as ours from '@runmeta/functions/fetch/index'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** The bundle's own classes of the Fetch standard, compared with Node's. */

/** Node's own class: a server in this process may have replaced the global one by a subclass. */
const original = (now: object): unknown => {
  const parent = Object.getPrototypeOf(now)
  return parent === Function.prototype ? now : parent
}

const CLASSES = {
  ours,
  node: { Headers, Request: original(Request), Response: original(Response) },
} as const

type Result = { readonly value: unknown } | { readonly error: string }

/** The result of a call, or the class of its error. */
async function resultOf(use: () => unknown): Promise<Result> {
  try {
    return { value: await use() }
  } catch (error) {
    return { error: error instanceof Error ? error.constructor.name : String(error) }
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the two implementations have no common type.
type Use = (classes: any) => unknown

async function expectSame(use: Use): Promise<Result> {
  const [mine, theirs] = await Promise.all([resultOf(() => use(CLASSES.ours)), resultOf(() => use(CLASSES.node))])
  expect(mine).toEqual(theirs)
  return mine
}

const name = fc.oneof(
  fc.constantFrom('a', 'A', 'b', 'x-y', 'Content-Type', 'set-cookie', 'ETag', 'content-length'),
  fc.constantFrom('', ' a', 'a b', 'ä', 'a:b', 'a\n', '__proto__', 'constructor'),
  fc.string({ maxLength: 3, unit: 'binary' }),
)
const value = fc.oneof(
  fc.constantFrom('', ' ', '1', ' a b\t', 'a, b', 'é', '€', 'a\nb', '\r\na', 'a\0', '\u007f', '"x"'),
  fc.string({ maxLength: 4, unit: 'binary' }),
)
const step = fc.oneof(
  fc.record({ call: fc.constantFrom('append', 'set'), args: fc.tuple(name, value) }),
  fc.record({ call: fc.constantFrom('get', 'has', 'delete'), args: fc.tuple(name) }),
)

describe('the classes of the function', () => {
  it('have headers that behave like Node’s after any calls', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        await expectSame(async ({ Headers }) => {
          const headers = new Headers()
          const results: Result[] = []
          for (const { call, args } of steps) results.push(await resultOf(() => headers[call](...args)))
          const each: unknown[] = []
          headers.forEach((text: string, key: string) => void each.push([key, text]))
          const again = [...new Headers(headers)]
          const cookies = headers.getSetCookie()
          return [
            results,
            [...headers],
            [...headers.entries()],
            [...headers.keys()],
            [...headers.values()],
            each,
            again,
            cookies,
          ]
        })
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    [{ a: '1', B: ' 2 ' }],
    [
      [
        ['a', '1'],
        ['A', '2'],
        ['set-cookie', 'x'],
        ['set-cookie', 'y'],
      ],
    ],
    [{ 'a b': '1' }],
    [{ a: 'x\ny' }],
    [undefined],
  ])('make headers from %j like Node', async (init) => {
    await expectSame(({ Headers }) => [...new Headers(init)])
  })

  it.each([
    ['https://a.b/c?d=e#f', {}],
    ['HTTPS://A.B:443/%7e/../x y?q=ä', {}],
    ['https://user:pass@a.b/', {}],
    ['https://a b/', {}],
    ['/relative', {}],
    ['https://undefinedundefined', {}],
    ['https://a.b/', { method: 'post' }],
    ['https://a.b/', { method: 'patch' }],
    ['https://a.b/', { method: 'PROPFIND' }],
    ['https://a.b/', { method: 'TRACE' }],
    ['https://a.b/', { method: 'a b' }],
    ['https://a.b/', { method: '' }],
    ['https://a.b/', { method: 'GET', body: 'x' }],
    ['https://a.b/', { method: 'HEAD', body: new TextEncoder().encode('x') }],
    ['https://a.b/', { method: 'POST', body: 'é' }],
    ['https://a.b/', { method: 'POST', body: new TextEncoder().encode('é'), headers: { a: '1' } }],
    ['https://a.b/', { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } }],
    ['https://a.b/', { method: 'POST', headers: { 'a\n': '1' } }],
  ])('make a request from %s and %j like Node', async (url, init) => {
    await expectSame(async ({ Request }) => {
      const request = new Request(url, init)
      const { url: href, method, headers } = request
      return [href, method, [...headers], request.body === null, await request.text(), request.bodyUsed]
    })
  })

  it.each([
    [null, {}],
    ['é', {}],
    ['{}', { status: 201, headers: { 'content-type': 'application/json' } }],
    [new Uint8Array([0, 255]).subarray(1), { headers: { etag: '"1"' } }],
    [new Uint8Array([104, 105]).buffer, {}],
    [null, { status: 204 }],
    ['x', { status: 204 }],
    ['x', { status: 304 }],
    [null, { status: 199 }],
    [null, { status: 600 }],
  ])('make a response from %j and %j like Node', async (body, init) => {
    await expectSame(async ({ Response }) => {
      const read = async (how: string) => {
        const response = new Response(body, init)
        const { status, headers, ok } = response
        const result = await response[how]()
        return [
          status,
          ok,
          [...headers],
          result instanceof ArrayBuffer ? [...new Uint8Array(result)] : result,
          response.bodyUsed,
        ]
      }
      return [await read('text'), await read('arrayBuffer')]
    })
  })

  it('read a body once, also as JSON', async () => {
    await expectSame(async ({ Request }) => {
      const request = new Request('https://a.b/', { method: 'POST', body: '{"a":1}' })
      return [await request.json(), await resultOf(() => request.text())]
    })
    await expectSame(({ Response }) => new Response('{').json())
  })
})
