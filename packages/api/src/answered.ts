/** A request and its reply as a log shows them: nothing that the caller named, logged or asked for. */
export interface Answered {
  readonly requestId: string
  readonly method: string
  /** The pattern of the path, such as `/v1/runs/:run/metadata`; `*` parts match no call. */
  readonly route: string
  readonly status: number
  /** Milliseconds. */
  readonly duration: number
  /** Of the key that was shown, where it was a good one. */
  readonly project?: string
  readonly key?: string
}
