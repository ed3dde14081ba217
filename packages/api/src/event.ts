import type { LambdaEvent } from 'hono/aws-lambda'

/** Methods that a `Request` cannot have. Nothing here takes them, nor the one they are read as. */
const UNSPEAKABLE = new Set(['CONNECT', 'TRACE', 'TRACK'])
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
  return rawPath.replace(UNSAFE, (text) => encodeURIComponent(text.replace(LONE_SURROGATE, '\ufffd')))
}

/**
 * An event of an HTTP API or a function URL, such that a `Request` can be made of it, and of nothing else.
 * - An HTTP API may hand its path over decoded.
 * - A body may come with a GET, and a method may be one that `Request` refuses.
 */
export function speakable(event: HttpEvent): HttpEvent {
  const { rawPath, requestContext } = event
  const { method } = requestContext.http
  return {
    ...event,
    rawPath: pathOf(rawPath),
    requestContext: {
      ...requestContext,
      http: { ...requestContext.http, method: UNSPEAKABLE.has(method.toUpperCase()) ? 'OPTIONS' : method },
    },
    body: BODILESS.has(method) ? null : event.body,
  }
}
