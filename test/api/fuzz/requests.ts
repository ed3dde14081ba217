import document from '@runmeta/api/openapi.json' with { type: 'json' }
import fc, { type Arbitrary } from 'fast-check'
import { hostile, NAMES, type Schema, valuesOf } from './schema.ts'

/** A request that any client library can send. */
export interface FuzzRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly schema: Schema
}

interface Operation {
  readonly parameters?: readonly { readonly $ref: string }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}

function resolve<T>(ref: string): T {
  return ref
    .slice(2)
    .split('/')
    .reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], document) as T
}

const OPERATIONS = Object.entries(document.paths as unknown as Record<string, Record<string, Operation>>).flatMap(
  ([path, operations]) => Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
)

const reference = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 1, arbitrary: fc.uuid() },
  { weight: 1, arbitrary: fc.stringMatching(/^[0-9a-f]{1,8}$/) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme' }) },
  { weight: 1, arbitrary: hostile },
)

/** Encodes a text, unless it has a lone surrogate. */
const encoded = (text: string): string => encodeURIComponent(text.replace(/\p{Cs}/gu, '%ED%A0%80'))

const inPath = fc.oneof(
  { weight: 8, arbitrary: reference.map(encoded) },
  { weight: 1, arbitrary: reference.map(carelessly) },
)

/** A path segment of a careless client. */
function carelessly(text: string): string {
  return text.replace(/[^\x21-\x7e]|[?#\\]/gu, (character) => encoded(character))
}

/** JSON text with a small fault, or a large one. */
const damaged = (text: string): Arbitrary<string> =>
  fc
    .tuple(
      fc.nat(Math.max(0, text.length - 1)),
      fc.constantFrom('cut', 'drop', 'double', 'put'),
      fc.constantFrom(...'{}[]",:\\0-.eE \u0000\u00e9ntf'),
    )
    .map(([at, what, character]) => {
      if (what === 'cut') return text.slice(0, at)
      if (what === 'drop') return text.slice(0, at) + text.slice(at + 1)
      if (what === 'double') return text.slice(0, at) + text.slice(at, at + 5) + text.slice(at)
      return text.slice(0, at) + character + text.slice(at)
    })

function bodyOf(schema: Schema): Arbitrary<string> {
  const right = valuesOf(schema, resolve<Schema>).map((value) => JSON.stringify(value))
  return fc.oneof(
    { weight: 5, arbitrary: right },
    { weight: 3, arbitrary: right.chain(damaged) },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((text) => text.replace(/\p{Cs}/gu, '')) },
    {
      weight: 1,
      arbitrary: fc.nat(2000).map((depth) => `{"metadata":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`),
    },
  )
}

const queryOf = (parameters: readonly Parameter[]): Arbitrary<string> => {
  const known = parameters.map(({ name, schema }) =>
    fc.option(
      fc
        .oneof(
          { weight: 3, arbitrary: valuesOf(schema, resolve<Schema>).map(String) },
          { weight: 1, arbitrary: hostile },
        )
        .map((value) => `${name}=${encoded(value)}`),
    ),
  )
  const stray = fc.option(
    fc.oneof(fc.webQueryParameters(), fc.constantFrom('limt=5', '=', '&&', 'key=%zz', 'key=a&key=b')),
    { freq: 8 },
  )
  return fc.tuple(...known, stray).map((parts) => parts.filter((part) => part !== null).join('&'))
}

const HEADER_TEXT = fc.stringMatching(/^[\x20-\x7e]{0,40}$/).map((text) => text.trim())

/** Headers, mostly authorized. */
const headersOf = (key: string, hasBody: boolean): Arbitrary<Record<string, string>> =>
  fc.record(
    {
      authorization: fc.oneof(
        { weight: 12, arbitrary: fc.constant(`Bearer ${key}`) },
        { weight: 1, arbitrary: HEADER_TEXT },
      ),
      'content-type': hasBody
        ? fc.oneof({ weight: 12, arbitrary: fc.constant('application/json') }, { weight: 1, arbitrary: HEADER_TEXT })
        : HEADER_TEXT,
      'idempotency-key': fc.oneof(fc.constantFrom('one', 'two'), HEADER_TEXT, fc.constant('x'.repeat(300))),
      'if-none-match': fc.oneof(fc.constant('*'), HEADER_TEXT),
      'x-request-id': fc.oneof(fc.uuid(), HEADER_TEXT),
      'content-encoding': fc.constantFrom('identity', 'gzip', ''),
    },
    { requiredKeys: hasBody ? ['authorization', 'content-type'] : ['authorization'] },
  )

/** Valid and invalid requests for one operation. */
function requestsFor({ path, method, operation }: (typeof OPERATIONS)[number], key: string): Arbitrary<FuzzRequest> {
  const parameters = (operation.parameters ?? []).map(({ $ref }) => resolve<Parameter>($ref))
  const content = Object.values(operation.requestBody?.content ?? {})[0]
  const parts = path.split(/\{\w+\}/)
  const other = fc.constantFrom('put', 'options', 'head', 'delete', 'post')
  return fc
    .record({
      names: fc.array(inPath, { minLength: parts.length - 1, maxLength: parts.length - 1 }),
      query: queryOf(parameters.filter((parameter) => parameter.in === 'query')),
      headers: headersOf(key, content !== undefined),
      body: content === undefined ? fc.constant(undefined) : bodyOf(content.schema),
      method: fc.oneof({ weight: 30, arbitrary: fc.constant(method) }, { weight: 1, arbitrary: other }),
    })
    .map(({ names, query, headers, body, method: sent }) => ({
      method: sent.toUpperCase(),
      path: parts.map((part, at) => part + (names[at] ?? '')).join('') + (query === '' ? '' : `?${query}`),
      headers,
      ...(body === undefined || sent === 'head' ? {} : { body }),
    }))
}

/** Requests for every operation. Deletions are few, so that most requests find a run. */
export function requestsOf(key: string): Arbitrary<FuzzRequest> {
  const weighted = OPERATIONS.map((operation) => ({
    weight: operation.method === 'delete' ? 1 : 4,
    arbitrary: requestsFor(operation, key),
  }))
  return fc.oneof(...weighted)
}
