import type { LambdaEvent } from 'hono/aws-lambda'

/** Methods that a `Request` cannot have. Nothing here takes them, nor the one they are read as. */
const UNSPEAKABLE = new Set(['CONNECT', 'TRACE', 'TRACK'])
/** What `encodeURIComponent` throws at. */
const LONE_SURROGATE = /\p{Cs}/gu
const BODILESS = new Set(['GET', 'HEAD'])

type HttpEvent = Extract<LambdaEvent, { rawPath: string }>

/**
 * An event of an HTTP API or a function URL, such that a `Request` can be made of it.
 * - An HTTP API hands its path over decoded: characters that no URL holds are encoded again. A name holds no `%`, so what is
 *   still encoded is left as it is.
 * - A body may come with a GET, and a method may be one that `Request` refuses.
 */
export function speakable(event: HttpEvent): HttpEvent {
  const { rawPath, requestContext } = event
  const { method } = requestContext.http
  return {
    ...event,
    rawPath: rawPath.replace(/[^\x21-\x7e]+/g, (text) => encodeURIComponent(text.replace(LONE_SURROGATE, '\ufffd'))),
    requestContext: {
      ...requestContext,
      http: { ...requestContext.http, method: UNSPEAKABLE.has(method.toUpperCase()) ? 'OPTIONS' : method },
    },
    body: BODILESS.has(method) ? null : event.body,
  }
}
