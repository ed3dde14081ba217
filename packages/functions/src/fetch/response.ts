import { Body, type Content } from './body.ts'
import { type Headers, type HeadersInit, headersFor } from './headers.ts'

interface ResponseInit {
  readonly status?: number
  readonly headers?: HeadersInit
}

const BODILESS = new Set([204, 205, 304])

/** `Response` of the Fetch standard, as far as a server needs it. https://fetch.spec.whatwg.org/#response-class */
export class Response extends Body {
  readonly status: number
  readonly headers: Headers

  /** @throws RangeError for a status that is not between 200 and 599; TypeError for a body with a status that has none */
  constructor(body: Content = null, { status = 200, headers }: ResponseInit = {}) {
    super(body)
    if (!(status >= 200 && status <= 599)) throw new RangeError('init["status"] must be in the range of 200 to 599')
    if (body !== null && BODILESS.has(status)) throw new TypeError(`Response with status ${status} has no body`)
    this.status = status
    this.headers = headersFor(body, headers)
  }

  get ok(): boolean {
    return this.status < 300
  }
}
