/** The part of a request that the SDK uses. */
export interface FetchRequest {
  method: string
  headers: Record<string, string>
  body?: string
  redirect: 'manual'
  /** Left out if the runtime refuses it. */
  cache?: 'no-store'
  signal: AbortSignal
}

/** The part of a `Response` that the SDK uses. In a test it needs no headers, and may have `json` instead of `text`. */
export interface FetchReply {
  readonly status: number
  readonly headers?: { get(name: string): string | null }
  text?(): Promise<string>
  json?(): Promise<unknown>
}

/** The part of `fetch` that the SDK uses: the global one fits, and so does `(url, request) => app.request(url, request)`. */
export type Fetch = (url: string, request: FetchRequest) => FetchReply | PromiseLike<FetchReply>
