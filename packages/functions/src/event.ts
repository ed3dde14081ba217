import type { LambdaEvent } from 'hono/aws-lambda'
import { TOKEN } from './fetch/headers.ts'

/** Methods that `Request` refuses. They are treated as OPTIONS, which no route supports either. */
const UNSUPPORTED_METHODS = new Set(['CONNECT', 'TRACE', 'TRACK'])
/** `encodeURIComponent` throws for these. */
const LONE_SURROGATE = /\p{Cs}/gu
const BODILESS = new Set(['GET', 'HEAD'])

type HttpEvent = Extract<LambdaEvent, { rawPath: string }>

/** Characters that have a meaning in a URL, or are not allowed there. Names contain no `%`, so existing escapes stay. */
const UNSAFE = /[^\x21-\x7e]+|[#?\\]/g
/** Segments that URL parsing removes, with the segment before them. */
const DOT_SEGMENT = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i

function pathOf(rawPath: string): string {
  // No name is a dot segment, so such a path is not found. URL parsing would resolve it to another path.
  if (DOT_SEGMENT.test(rawPath)) return '/'
  if (!rawPath.startsWith('/')) return '/'
  return rawPath.replace(UNSAFE, (text) => encodeURIComponent(text.replace(LONE_SURROGATE, '\ufffd')))
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isToken = (value: unknown): boolean => typeof value === 'string' && TOKEN.test(value)
/** Whether a header can have this value. The adapter encodes characters outside ASCII, except in cookies. */
const isHeaderText = (value: unknown): boolean => typeof value === 'string' && !/[\0\r\n]|\p{Cs}/u.test(value)
const isCookie = (value: unknown): boolean => typeof value === 'string' && /^[\t\x20-\xff]*$/.test(value)

/** Whether `atob` accepts the text. The adapter would log an error if it does not. */
const isBase64 = (text: string): boolean =>
  /^[a-z0-9+/]*={0,2}$/i.test(text) && text.replace(/=+$/, '').length % 4 !== 1

const areHeaders = (value: unknown): boolean =>
  isObject(value) && Object.entries(value).every(([name, text]) => isToken(name) && isHeaderText(text))

const isAbsentOr = (is: (value: unknown) => boolean, value: unknown): boolean => value === undefined || is(value)
const isText = (value: unknown): boolean => typeof value === 'string'

/** Whether this is an HTTP event of version 2.0. A function can be invoked with any JSON. */
function isHttpEvent(event: unknown): event is HttpEvent {
  if (!isObject(event) || !isObject(event.requestContext) || !isObject(event.requestContext.http)) return false
  const { version, rawPath, rawQueryString, headers, body, cookies, isBase64Encoded } = event
  return (
    version === '2.0' &&
    isToken(event.requestContext.http.method) &&
    isText(rawPath) &&
    isAbsentOr(isText, rawQueryString) &&
    isAbsentOr(areHeaders, headers) &&
    (body === null || isAbsentOr(isText, body)) &&
    isAbsentOr((value) => Array.isArray(value) && value.every(isCookie), cookies) &&
    isAbsentOr((value) => typeof value === 'boolean', isBase64Encoded) &&
    (isBase64Encoded !== true || typeof body !== 'string' || isBase64(body))
  )
}

/**
 * Converts an event of an HTTP API or a function URL so that a `Request` can be made of it. Undefined if it is no such event.
 * - An HTTP API may pass a decoded path.
 * - A body may come with a GET, and a method may be one that `Request` refuses.
 */
export function toHttpEvent(event: unknown): HttpEvent | undefined {
  if (!isHttpEvent(event)) return undefined
  const { rawPath, requestContext } = event
  const { method } = requestContext.http
  return {
    ...event,
    rawPath: pathOf(rawPath),
    requestContext: {
      ...requestContext,
      // The adapter needs a valid host for the URL; nothing else reads it.
      domainName: 'localhost',
      http: { ...requestContext.http, method: UNSUPPORTED_METHODS.has(method.toUpperCase()) ? 'OPTIONS' : method },
    },
    body: BODILESS.has(method.toUpperCase()) ? null : event.body,
  }
}
