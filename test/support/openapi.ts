import { appendFileSync } from 'node:fs'
import document from '@runmeta/api/openapi.json' with { type: 'json' }
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect, inject } from 'vitest'
import { expectNoSecrets } from './secrets.ts'

/** Checks replies against the OpenAPI document. A reply that it does not describe fails its test. */

const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema(document, 'openapi')

type Responses = Record<string, { description: string; content?: Record<string, unknown> }>

/** The document's paths as patterns, first those without parameters. */
const PATHS = Object.entries(document.paths as Record<string, Record<string, { responses: Responses }>>)
  .map(([path, operations]) => ({
    path,
    operations,
    pattern: new RegExp(`^${path.replace(/\{\w+\}/, '[^/]*')}$`),
  }))
  .sort((one, other) => Number(one.path.includes('{')) - Number(other.path.includes('{')))

const escaped = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1')

/** The schema for a reply, by its place in the document. */
function schemaPlace(method: string, pathname: string, status: number, type: string): string | undefined {
  if (type === 'application/problem+json') return '/components/schemas/Problem'
  const found = PATHS.find(({ pattern, operations }) => pattern.test(pathname) && method in operations)
  const content = found?.operations[method]?.responses[status]?.content?.[type]
  if (found === undefined || content === undefined) return undefined
  return `/paths/${escaped(found.path)}/${method}/responses/${status}/content/${escaped(type)}/schema`
}

/** The documented codes of a call's refusals with a status; undefined if the call is not documented. */
export function codesOf(method: string, pathname: string, status: number): string[] | undefined {
  const found = PATHS.find(({ pattern, operations }) => pattern.test(pathname) && method.toLowerCase() in operations)
  const responses = found?.operations[method.toLowerCase()]?.responses
  if (responses === undefined) return undefined
  return [...(responses[status]?.description.matchAll(/`(\w+)`: /g) ?? [])].map(([, code = '']) => code)
}

/** Records for `seen.ts` that the document's reply with this status was seen. */
function saw(method: string, pathname: string, status: number): void {
  const found = PATHS.find(({ pattern, operations }) => pattern.test(pathname) && method.toLowerCase() in operations)
  if (found === undefined) return
  const line = `${method.toLowerCase()} ${found.path} ${status}`
  if (noted.has(line)) return
  noted.add(line)
  // Only a complete `npm test` records them.
  const file = inject('seen')
  if (file !== undefined) appendFileSync(file, `${line}\n`)
}

const noted = new Set<string>()

/** Headers of every reply. */
function expectSafe({ headers }: Response): void {
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('referrer-policy')).toBe('no-referrer')
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*frame-ancestors 'none'/)
}

export async function expectDescribed(method: string, url: string, reply: Response): Promise<void> {
  const { pathname } = new URL(url, 'http://test')
  expect(reply.headers.get('x-request-id'), `${method} ${pathname}: x-request-id`).toMatch(/^\S{1,255}$/)
  expectSafe(reply)
  saw(method, pathname, reply.status)
  if (reply.status === 204 || reply.status === 304 || method === 'HEAD') return
  const type = reply.headers.get('content-type')?.split(';')[0] ?? 'none'
  const read = method.toLowerCase()
  const place = schemaPlace(read, pathname, reply.status, type)
  expect(place, `the document describes ${method} ${pathname} ${reply.status} ${type}`).toBeDefined()
  if (!type.endsWith('json')) return
  const validate = ajv.getSchema(`openapi#${place}`)
  const text = await reply.clone().text()
  expectNoSecrets(text, `${method} ${pathname} ${reply.status}`)
  const body: unknown = JSON.parse(text)
  expect(validate?.(body), `${method} ${pathname} ${reply.status}: ${ajv.errorsText(validate?.errors)}`).toBe(true)
  if (type !== 'application/problem+json') return
  expect(body).toMatchObject({ status: reply.status, requestId: reply.headers.get('x-request-id') })
  // No call describes a method that the path does not accept.
  const codes = reply.status === 405 ? undefined : codesOf(method, pathname, reply.status)
  if (codes !== undefined) expect(codes, `${method} ${pathname}: codes of ${reply.status}`).toContain(Object(body).code)
}
