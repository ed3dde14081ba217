import type { LambdaEvent } from 'hono/aws-lambda'

/** Methods that a `Request` cannot have. Nothing here takes them, nor the one they are read as. */
const UNSUPPORTED_METHODS = new Set(['CONNECT', 'TRACE', 'TRACK'])
/** What `encodeURIComponent` throws at. */
const LONE_SURROGATE = /\p{Cs}/gu
const BODILESS = new Set(['GET', 'HEAD'])

type HttpEvent = Extract<LambdaEvent, { rawPath: string }>

/** What a URL would take for its own, or cannot hold. A name holds no `%`, so what is still encoded is left as it is. */
const UNSAFE = /[^\x21-\x7e]+|[#?\\]/g
/** Segments that a URL leaves out, with the one before them. */
const DOT_SEGMENT = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i

function pathOf(rawPath: string): string {
  // No name is one of them or has a slash, so there is nothing at such a path; the URL would find something else.
  if (DOT_SEGMENT.test(rawPath)) return '/'
  if (!rawPath.startsWith('/')) return '/'
  return rawPath.replace(UNSAFE, (text) => encodeURIComponent(text.replace(LONE_SURROGATE, '\ufffd')))
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A method, or the name of a header. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/
const isToken = (value: unknown): boolean => typeof value === 'string' && TOKEN.test(value)
/** What a header can hold; the adapter encodes what is beyond ASCII, except in cookies. */
const isHeaderText = (value: unknown): boolean => typeof value === 'string' && !/[\0\r\n]|\p{Cs}/u.test(value)
const isCookie = (value: unknown): boolean => typeof value === 'string' && /^[\t\x20-\xff]*$/.test(value)

/** As `atob` takes it, of which the adapter would write down that it does not. */
const isBase64 = (text: string): boolean =>
  /^[a-z0-9+/]*={0,2}$/i.test(text) && text.replace(/=+$/, '').length % 4 !== 1

const areHeaders = (value: unknown): boolean =>
  isObject(value) && Object.entries(value).every(([name, text]) => isToken(name) && isHeaderText(text))

const isAbsentOr = (is: (value: unknown) => boolean, value: unknown): boolean => value === undefined || is(value)
const isText = (value: unknown): boolean => typeof value === 'string'

/** Whether this is an event of version 2.0: a function can be invoked with anything. */
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
 * An event of an HTTP API or a function URL from which a `Request` can be made, else undefined.
 * - An HTTP API may hand its path over decoded.
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
      // Nothing depends on it, and a URL has to be made of it.
      domainName: 'localhost',
      http: { ...requestContext.http, method: UNSUPPORTED_METHODS.has(method.toUpperCase()) ? 'OPTIONS' : method },
    },
    body: BODILESS.has(method.toUpperCase()) ? null : event.body,
  }
}
