import { Failure } from '@runmeta/core/failure'
import { LIMITS } from '@runmeta/schema/limits'
import { idempotencyKeyFault } from '@runmeta/schema/run'
import { unknownName } from '@runmeta/schema/unknown'
import type { Context, MiddlewareHandler } from 'hono'
import type * as z from 'zod/mini'
import type { Env } from './env.ts'

/** The characters that a JSON string writes as two. */
const ESCAPED = new Set([...'"\\\n\r\t'].map((character) => character.charCodeAt(0)))

/** A name from the caller, shortened for a message. */
const short = (name: string): string => JSON.stringify(name.slice(0, LIMITS.nameCharacters)).slice(1, -1)

const badRequest = (detail: string) => new Failure('bad_request', detail)

/** Refuses a URL with malformed percent-encoding. */
export const target: MiddlewareHandler = async function target(c, next) {
  // Clients do not send a fragment, so the caller forgot to encode a `#`.
  if (c.req.url.includes('#')) throw badRequest('url: contains a #; percent-encode names as UTF-8')
  try {
    decodeURIComponent(c.req.url)
  } catch (cause) {
    throw new Failure('bad_request', 'url: malformed percent-encoding; encode names as UTF-8', { cause })
  }
  await next()
}

/** Refuses unknown and repeated query parameters, so that a typo is never ignored. */
export const query = (...names: string[]): MiddlewareHandler<Env> => queryWith(names, [])

/** Like `query`, with some parameters that may be repeated. */
export const queryWith = (names: readonly string[], repeatable: readonly string[]): MiddlewareHandler<Env> =>
  async function query(c, next) {
    // Most requests have no query, so skip parsing the URL.
    if (!c.req.url.includes('?')) return next()
    const given = [...new URL(c.req.url).searchParams.keys()]
    const unknown = given.find((name) => !names.includes(name))
    if (unknown !== undefined) {
      throw badRequest(`${short(unknown)}: ${unknownName('query parameter', unknown, names)}`)
    }
    const single = names.filter((name) => !repeatable.includes(name))
    const repeated = single.find((name) => given.indexOf(name) !== given.lastIndexOf(name))
    if (repeated !== undefined) throw badRequest(`${repeated}: given more than once; send it once`)
    return next()
  }

/** Whether a media type is JSON in UTF-8. */
function isJson(type: string): boolean {
  const [media = '', ...parameters] = type.split(';').map((part) => part.trim().toLowerCase())
  if (media !== 'application/json') return false
  return parameters.every((parameter) => ['', 'charset=utf-8', 'charset="utf-8"'].includes(parameter))
}

/** The bytes that the `Content-Length` header declares. An event of Lambda may have any text there. */
export function declaredBytes(c: Context<Env>): number | undefined {
  const header = c.req.header('content-length') ?? ''
  return /^\d{1,15}$/.test(header) ? Number(header) : undefined
}

const tooLarge = (size: string): Failure =>
  new Failure('payload_too_large', `body: is ${size}; the limit is ${LIMITS.logBytes} bytes`)

/** Refuses a body that is not JSON or that declares too large a size, before reading it. */
export const json: MiddlewareHandler<Env> = async function json(c, next) {
  if (!isJson(c.req.header('content-type') ?? '')) {
    throw new Failure('unsupported_media_type', 'content-type: must be application/json, in UTF-8')
  }
  const encoding = c.req.header('content-encoding') ?? 'identity'
  if (encoding.toLowerCase() !== 'identity') {
    throw new Failure('unsupported_media_type', 'content-encoding: must be identity; send the body uncompressed')
  }
  const bytes = declaredBytes(c) ?? 0
  if (bytes > LIMITS.logBytes) throw tooLarge(`${bytes} bytes`)
  await next()
}

/** Waits for this request's turn, then reads the body as text. @throws Failure `bad_request` if it is not UTF-8, `payload_too_large` */
export async function bodyText(c: Context<Env>): Promise<string> {
  await c.get('admission')?.receive(declaredBytes(c) ?? LIMITS.logBytes)
  const bytes = await wholeBody(c)
  c.set('bodyBytes', bytes.length)
  await c.get('admission')?.work(bytes.length)
  checkAsString(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new Failure('bad_request', 'body: is not UTF-8', { cause })
  }
}

async function wholeBody(c: Context<Env>): Promise<Uint8Array> {
  try {
    // The declared length was checked, and the runtime reads no more than that.
    if (declaredBytes(c) !== undefined) return new Uint8Array(await c.req.arrayBuffer())
    return await boundedBody(c.req.raw.body)
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    // The client disconnected; this is not a server error.
    throw new Failure('bad_request', 'body: the connection closed before the body was complete', { cause })
  }
}

async function boundedBody(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > LIMITS.logBytes) throw tooLarge(`${size} bytes or more`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Lambda receives the body as a JSON string, so its escapes count towards the payload limit. */
function checkAsString(bytes: Uint8Array): void {
  if (bytes.length * 2 <= LIMITS.logBytesAsString) return
  let size = bytes.length
  for (const byte of bytes) if (ESCAPED.has(byte)) size++
  if (size <= LIMITS.logBytesAsString) return
  const detail = `body: is ${size} bytes as a JSON string; the limit is ${LIMITS.logBytesAsString}; send several logs`
  throw new Failure('payload_too_large', detail)
}

/**
 * Parses input into a shape.
 * @param others Fields that the call takes and that are read elsewhere
 * @throws Failure `bad_request` that names the field and what it must be
 */
export function parse<Shape extends z.ZodMiniObject>(
  shape: Shape,
  input: unknown,
  others: readonly string[] = [],
): z.output<Shape> {
  const result = shape.safeParse(input)
  if (result.success) return result.data
  const [issue] = result.error.issues
  if (issue?.code === 'unrecognized_keys') {
    const [unknown = ''] = issue.keys
    throw badRequest(`${short(unknown)}: ${unknownName('field', unknown, [...others, ...Object.keys(shape.shape)])}`)
  }
  throw badRequest(`${issue?.path.join('.') || 'body'}: ${issue?.message}`)
}

/** The `Idempotency-Key` header. @throws Failure `bad_request` */
export function idempotencyKey(c: Context<Env>): string | undefined {
  const key = c.req.header('idempotency-key')
  const fault = key === undefined ? undefined : idempotencyKeyFault(key)
  if (fault === undefined) return key
  throw badRequest(`Idempotency-Key: ${fault}`)
}
