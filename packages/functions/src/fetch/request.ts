import { Body, type Content } from './body.ts'
import { type Headers, type HeadersInit, headersFor, TOKEN } from './headers.ts'

interface RequestInit {
  readonly method?: string
  readonly headers?: HeadersInit
  readonly body?: Content
}

/** The standard converts only these methods to upper case. */
const IN_ANY_CASE = /^(delete|get|head|options|post|put)$/i
const FORBIDDEN = /^(connect|trace|track)$/i

function methodOf(method: string): string {
  if (!TOKEN.test(method) || FORBIDDEN.test(method)) throw new TypeError(`'${method}' is not a valid HTTP method`)
  return IN_ANY_CASE.test(method) ? method.toUpperCase() : method
}

/** `Request` of the Fetch standard, as far as a server needs it. https://fetch.spec.whatwg.org/#request-class */
export class Request extends Body {
  readonly url: string
  readonly method: string
  readonly headers: Headers

  /** @throws TypeError for a URL, a method or a header that is not valid */
  constructor(url: string, { method = 'GET', headers, body = null }: RequestInit = {}) {
    super(body)
    const parsed = new URL(url)
    if (parsed.username !== '' || parsed.password !== '') throw new TypeError('the URL includes credentials')
    this.url = parsed.href
    this.method = methodOf(method)
    if (body !== null && (this.method === 'GET' || this.method === 'HEAD')) {
      throw new TypeError('Request with GET/HEAD method cannot have body')
    }
    this.headers = headersFor(body, headers)
  }
}
