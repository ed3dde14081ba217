/** The part of a request that calls are made with. */
export interface FetchRequest {
  method: string
  headers: Record<string, string>
  body?: string
  redirect: 'manual'
  /** Left out if the runtime refuses it. */
  cache?: 'no-store'
  signal: AbortSignal
}

/** The part of a `Response` that is used. One that a test makes up may lack headers, and have `json` in place of `text`. */
export interface FetchReply {
  readonly status: number
  readonly headers?: { get(name: string): string | null }
  text?(): Promise<string>
  json?(): Promise<unknown>
}

/** The part of `fetch` that is used: the global one fits, and so does `(url, request) => app.request(url, request)`. */
export type Fetch = (url: string, request: FetchRequest) => FetchReply | PromiseLike<FetchReply>
